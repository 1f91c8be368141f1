# A Tiled server with an empty catalog that can be written to. Its key comes by TILED_SINGLE_USER_API_KEY when it is run.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}
COPY site /opt/site
ENV PYTHONPATH=/opt/site PYTHONDONTWRITEBYTECODE=1
RUN useradd --create-home --uid 1000 service
USER service
WORKDIR /home/service
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=30 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python3", "-m", "tiled"]
CMD ["serve", "catalog", "--temp", "--host", "0.0.0.0", "--port", "8000"]
