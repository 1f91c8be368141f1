def print_rows(frame):
    for _, row in frame.iterrows():
        print_row(row)


def print_row(row):
    print(row["timestamp_ms"])
