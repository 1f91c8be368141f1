"""Trains a small network on the digits data and loads it back from its run."""

import mlflow.pytorch
import torch
from mlflow.models import infer_signature
from sklearn.datasets import load_digits
from torch import nn

EPOCHS = 20


def digits():
    """Return the pictures, shape (rows, 64) in 0..1, and their labels, shape (rows,)."""
    pictures, labels = load_digits(return_X_y=True)
    return torch.tensor(pictures / 16, dtype=torch.float32), torch.tensor(labels)


def train(network, pictures, labels):
    """Fit the network on all rows at once, logging the loss of every epoch."""
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for epoch in range(EPOCHS):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(pictures), labels)
        loss.backward()
        optimizer.step()
        mlflow.log_metric("loss", loss.item(), step=epoch)


def main():
    torch.manual_seed(7)
    pictures, labels = digits()
    network = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))

    mlflow.set_experiment("digits")
    with mlflow.start_run() as run:
        mlflow.log_params({"epochs": EPOCHS, "hidden": 32})
        train(network, pictures, labels)
        signature = infer_signature(pictures.numpy(), network(pictures).detach().numpy())
        mlflow.pytorch.log_model(network, artifact_path="model", signature=signature)

    restored = mlflow.pytorch.load_model(f"runs:/{run.info.run_id}/model")
    right = (restored(pictures).argmax(dim=1) == labels).float().mean().item()
    print(f"run {run.info.run_id}: {right:.0%} of the digits read back right")


if __name__ == "__main__":
    main()
