"""Examples of MLF503: servers in containers, in shared parts of a file, and in files of other tools."""

from __future__ import annotations

from codemod.rules.base import reported_file, untouched_file

EXAMPLES = (
    reported_file(
        "a container that Docker's client runs",
        "server.py",
        """
        import docker

        docker.from_env().containers.run("registry/tracking:7", "mlflow server --host 0.0.0.0", detach=True)
        """,
    ),
    reported_file(
        "a container that a test starts",
        "conftest.py",
        """
        from testcontainers.core.container import DockerContainer

        SERVER = DockerContainer("registry/tracking:7").with_command("mlflow server --host 0.0.0.0")
        """,
    ),
    untouched_file(
        "a container that lists its names",
        "conftest.py",
        """
        from testcontainers.core.container import DockerContainer

        SERVER = DockerContainer("registry/tracking:7").with_command("mlflow server --host 0.0.0.0 --allowed-hosts 'mlflow:*'")
        """,
    ),
    untouched_file(
        "another program that takes a word of MLflow's",
        "server.py",
        """
        import subprocess

        subprocess.run("start-service", "mlflow ui is not started here")
        """,
    ),
    reported_file(
        "a command whose parts two mappings of a compose file share",
        "docker-compose.yml",
        """
        x-tracking: &tracking
          entrypoint: [mlflow, server]
        services:
          tracking:
            <<: *tracking
            command: ["--host", "0.0.0.0", "--backend-store-uri", "sqlite:///mlflow.db"]
        """,
    ),
    reported_file(
        "a command of which a list of mappings gives one part",
        "docker-compose.yml",
        """
        x-common: &common
          restart: always
        x-tracking: &tracking
          entrypoint: [mlflow, server]
        services:
          tracking:
            <<: [*common, *tracking]
            command: --host 0.0.0.0 --backend-store-uri sqlite:///mlflow.db
        """,
    ),
    untouched_file(
        "an entrypoint of its own before the shared one",
        "docker-compose.yml",
        """
        x-tracking: &tracking
          entrypoint: [mlflow]
        services:
          tracking:
            <<: *tracking
            entrypoint: [gunicorn]
            command: ["server", "--host", "0.0.0.0"]
        """,
    ),
    reported_file(
        "a task of CloudFormation",
        "task.yaml",
        """
        Resources:
          Task:
            Type: AWS::ECS::TaskDefinition
            Properties:
              ContainerDefinitions:
                - Command: [mlflow, server, --host, 0.0.0.0, --backend-store-uri, "sqlite:///mlflow.db"]
        """,
    ),
    reported_file(
        "a container that Terraform describes on one line",
        "ecs.tf",
        """
        locals {
          tasks = jsonencode([{ name = "tracking", command = ["mlflow", "server", "--host", "0.0.0.0", "--artifacts-only"] }])
        }
        """,
    ),
    reported_file(
        "a task of Nomad",
        "tracking.nomad.hcl",
        """
        config {
          command = "mlflow"
          args    = ["server", "--host", "0.0.0.0", "--artifacts-only"]
        }
        """,
    ),
    untouched_file(
        "another program of Nomad that is given such a word",
        "tracking.nomad.hcl",
        """
        config {
          command = "notify"
          args    = ["server", "--host", "0.0.0.0"]
        }
        """,
    ),
    reported_file(
        "what tox runs",
        "tox.ini",
        """
        [testenv:ui]
        description = open the runs: mlflow ui --host 0.0.0.0
        commands =
            mlflow ui --host 0.0.0.0
        """,
    ),
    reported_file(
        "a rule of Snakemake",
        "Snakefile",
        """
        rule ui:
            shell:
                "mlflow ui --host 0.0.0.0 --backend-store-uri sqlite:///mlflow.db"
        """,
    ),
    reported_file(
        "what Vagrant runs in a new machine",
        "Vagrantfile",
        """
        Vagrant.configure("2") do |config|
          config.vm.provision "shell", inline: <<-SHELL
            mlflow server --host 0.0.0.0 --backend-store-uri sqlite:///mlflow.db
          SHELL
        end
        """,
    ),
)
