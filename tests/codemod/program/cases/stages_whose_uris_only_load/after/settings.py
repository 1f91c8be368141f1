URI = "models:/churn@staging"
