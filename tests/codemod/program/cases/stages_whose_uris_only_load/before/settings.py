URI = "models:/churn/Staging"
