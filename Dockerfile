# An image with nothing but rollcast: a static program, run by a user without rights.
#
#   docker build --tag rollcast .
#   docker run --rm --user "$(id -u)" --volume "$PWD:/work" rollcast run scenarios/node-exporter.yaml
#
# `--user` makes the results yours; the user of the image cannot write into your folder.

# The oldest Rust that builds it, `rust-version` in Cargo.toml. On Alpine, programs are linked to
# musl, and statically.
FROM rust:1.90-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist && mkdir /empty

FROM scratch
LABEL org.opencontainers.image.title="rollcast" \
      org.opencontainers.image.description="A deterministic discrete-event simulator of Kubernetes DaemonSet rollouts" \
      org.opencontainers.image.source="https://github.com/OWNER/rollcast" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT"
COPY LICENSE-APACHE LICENSE-MIT LICENSE-DEJAVU /
COPY --from=build /src/target/dist/rollcast /rollcast
COPY --from=build --chown=65532:65532 /empty /work
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/rollcast"]
CMD ["--help"]
