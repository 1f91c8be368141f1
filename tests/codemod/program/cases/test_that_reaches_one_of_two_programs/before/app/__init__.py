from app.logging import keep
