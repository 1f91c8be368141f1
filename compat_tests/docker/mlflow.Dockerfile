# A tracking server of one line of MLflow. `build.sh` puts the line's packages into the build context, so the build needs no network.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}
COPY site /opt/site
ENV PYTHONPATH=/opt/site PYTHONDONTWRITEBYTECODE=1 MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true
RUN useradd --create-home --uid 1000 service && mkdir /data && chown service /data
USER service
WORKDIR /data
EXPOSE 5000
# Python instead of curl: a slim base has no curl. The start of MLflow 3 with its migrations takes up to a minute on a loaded core.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=30 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:5000/health', timeout=4)"]
ENTRYPOINT ["python3", "-m", "mlflow", "server", "--host", "0.0.0.0", "--port", "5000", "--workers", "1"]
CMD ["--backend-store-uri", "sqlite:////data/mlflow.db", "--artifacts-destination", "/data/artifacts"]
