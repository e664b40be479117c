//! Connects with IAM to each of these hosts: `client tokio-postgres|sqlx HOST…`. The SDK's default chain finds the
//! credentials; everything else is in the environment, as in a container on AWS.

use std::env::{args, var};
use std::error::Error;
use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_sdk_rds::auth_token::{self, AuthTokenGenerator};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const WHO: &str = "SELECT current_user::text, pg_is_in_recovery()";
const WRITE: &str = "CREATE TEMP TABLE attempt (id int)";

#[tokio::main]
async fn main() {
    let library = args().nth(1).unwrap_or_default();
    for host in args().skip(2) {
        let result = match library.as_str() {
            "sqlx" => with_sqlx(&host).await,
            _ => with_tokio_postgres(&host).await,
        };
        let mut line = result.unwrap_or_else(|error| json!({ "error": text_of(error.as_ref()) }));
        line["host"] = json!(host);
        println!("{line}");
    }
}

/// Signing is local, and a token is for one host: sign for each new connection.
async fn token_for(host: &str) -> Outcome<String> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let settings = auth_token::Config::builder()
        .hostname(host)
        .port(var("PGPORT")?.parse()?)
        .username(var("PGUSER")?)
        .build()?;
    let token = AuthTokenGenerator::new(settings)
        .auth_token(&config)
        .await?;
    Ok(token.to_string())
}

async fn with_tokio_postgres(host: &str) -> Outcome<Value> {
    // rustls always verifies the certificate and the name of the host: what libpq calls verify-full.
    let mut authorities = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(var("PGSSLROOTCERT")?)? {
        authorities.add(certificate?)?;
    }
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()?
    .with_root_certificates(authorities)
    .with_no_client_auth();
    let (client, connection) = tokio_postgres::Config::new()
        .host(host)
        .port(var("PGPORT")?.parse()?)
        .user(var("PGUSER")?)
        .dbname(var("PGDATABASE")?)
        .password(token_for(host).await?)
        .ssl_mode(tokio_postgres::config::SslMode::Require)
        .connect(MakeRustlsConnect::new(tls))
        .await?;
    tokio::spawn(connection);
    let row = client.query_one(WHO, &[]).await?;
    let write = match client.batch_execute(WRITE).await {
        Ok(()) => "done".to_owned(),
        Err(error) => error
            .code()
            .map_or(error.to_string(), |code| code.code().to_owned()),
    };
    Ok(json!({ "user": row.get::<_, String>(0), "replica": row.get::<_, bool>(1), "write": write }))
}

async fn with_sqlx(host: &str) -> Outcome<Value> {
    // The port, the user, the database and the authorities are read from the environment.
    let mut connection = PgConnectOptions::new()
        .host(host)
        .password(&token_for(host).await?)
        .ssl_mode(PgSslMode::VerifyFull)
        .connect()
        .await?;
    let row = connection.fetch_one(WHO).await?;
    let write = match connection.execute(WRITE).await {
        Ok(_) => "done".to_owned(),
        Err(error) => error
            .as_database_error()
            .and_then(|each| each.code())
            .map_or(error.to_string(), |code| code.into_owned()),
    };
    connection.close().await?;
    Ok(json!({ "user": row.get::<String, _>(0), "replica": row.get::<bool, _>(1), "write": write }))
}

/// An error and what caused it.
fn text_of(error: &dyn Error) -> String {
    match error.source() {
        Some(cause) if !error.to_string().contains(&cause.to_string()) => {
            format!("{error}: {}", text_of(cause))
        }
        _ => error.to_string(),
    }
}
