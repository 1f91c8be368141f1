import mlflow


def main():
    with mlflow.start_run():
        mlflow.log_param("a", 1)


if __name__ == "__main__":
    main()
