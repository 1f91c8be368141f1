URI = "models:/churn/Production"
