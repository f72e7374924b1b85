# docker build --tag chapter-verse .        with PyTorch's CPU builds: --build-arg TORCH_INDEX=… (pytorch.org, Get Started)
FROM python:3.11-slim AS build
ARG TORCH_INDEX=
ENV PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/qa
RUN /opt/qa/bin/pip install ${TORCH_INDEX:+--index-url $TORCH_INDEX} torch==2.13.0
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY qa qa
RUN /opt/qa/bin/pip install -c constraints.txt '.[web]'

FROM python:3.11-slim
COPY --from=build /opt/qa /opt/qa
RUN useradd --uid 10001 --no-create-home qa && install --directory --owner=qa --mode=700 /index /accounts
USER 10001
WORKDIR /documents
# The file system may be read-only: only /index, /accounts and /tmp are written to.
ENV PATH=/opt/qa/bin:$PATH QA_INDEX=/index HOME=/tmp XDG_CACHE_HOME=/tmp PYTHONDONTWRITEBYTECODE=1
VOLUME ["/index", "/accounts"]
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health')"]
ENTRYPOINT ["qa"]
CMD ["serve", "--host", "0.0.0.0", "--auth", "/accounts/users"]
