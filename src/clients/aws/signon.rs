//! Single sign-on: the device flow of IAM Identity Center, with the token kept where the AWS CLI and the SDKs look for it.
//!
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html>; where the token lies and what is in
//! it: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::time::Duration;

use aws_config::profile::{self, ProfileSet};
use aws_config::{BehaviorVersion, Region};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::operation::create_token::CreateTokenError;
use aws_types::os_shim_internal::{Env, Fs};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::json;
use tokio::time::sleep;

use super::cloud::transport;
use super::error::Cause;
use crate::core::fault::Fault;
use crate::core::text::{clean, hex};

/// What the flow is called (RFC 8628).
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Where no scope is configured, this one lets the credentials of accounts be had.
const SCOPE: &str = "sso:account:access";
/// How often it is asked whether the operator has signed on, where AWS says nothing of that.
const INTERVAL: Duration = Duration::from_secs(5);

/// What a profile says about where to sign on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Portal {
    /// What the token is filed under: the session's name, or the address.
    key: String,
    url: String,
    region: String,
    scopes: Vec<String>,
}

/// A sign-on that waits for the operator.
pub struct SignOn {
    client: Client,
    portal: Portal,
    id: String,
    secret: String,
    id_ends: i64,
    device: String,
    interval: Duration,
    /// Where to go with a browser; the code is in it.
    pub address: String,
    /// What the page there shows.
    pub code: String,
}

impl SignOn {
    /// Begins to sign on for `profile`; that of the environment, where none is named.
    pub async fn begin(profile: Option<&str>) -> Result<Self, Fault> {
        let profile = profile.map(str::to_owned);
        let set =
            profile::load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), profile.map(Into::into))
                .await
                .map_err(|error| Fault::new("~/.aws/config", clean(&error.to_string()), "mend it"))?;
        let portal = portal(&set)?;
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(transport())
            .no_credentials()
            .region(Region::new(portal.region.clone()))
            .load();
        let client = Client::new(&Box::pin(config).await);
        let failed =
            |cause: Cause| Fault::new(&portal.url, cause.to_string(), "check sso_start_url and sso_region");
        let registered = client
            .register_client()
            .client_name("quarterdeck")
            .client_type("public")
            .set_scopes(Some(portal.scopes.clone()))
            .send()
            .await
            .map_err(|error| failed(Cause::of(&error)))?;
        let (id, secret) = (text(registered.client_id()), text(registered.client_secret()));
        let begun = client
            .start_device_authorization()
            .client_id(&id)
            .client_secret(&secret)
            .start_url(&portal.url)
            .send()
            .await
            .map_err(|error| failed(Cause::of(&error)))?;
        let address = begun.verification_uri_complete().or(begun.verification_uri());
        let seconds = u64::try_from(begun.interval()).unwrap_or(0);
        Ok(Self {
            address: clean(address.unwrap_or_default()).into_owned(),
            code: clean(begun.user_code().unwrap_or_default()).into_owned(),
            device: text(begun.device_code()),
            interval: if seconds == 0 { INTERVAL } else { Duration::from_secs(seconds) },
            id_ends: registered.client_secret_expires_at(),
            id,
            secret,
            client,
            portal,
        })
    }

    /// Waits until the operator has signed on, and keeps the token; until when it is good.
    pub async fn wait(mut self) -> Result<Timestamp, Fault> {
        loop {
            sleep(self.interval).await;
            let asked = self.client.create_token().client_id(&self.id).client_secret(&self.secret);
            let answer = match asked.grant_type(GRANT).device_code(&self.device).send().await {
                Ok(answer) => answer,
                Err(error) => match error.as_service_error() {
                    Some(CreateTokenError::AuthorizationPendingException(_)) => continue,
                    Some(CreateTokenError::SlowDownException(_)) => {
                        self.interval += INTERVAL;
                        continue;
                    }
                    Some(CreateTokenError::ExpiredTokenException(_)) => {
                        return Err(Fault::new(&self.portal.url, "nobody signed on in time", "try again"));
                    }
                    Some(CreateTokenError::AccessDeniedException(_)) => {
                        return Err(Fault::new(&self.portal.url, "the sign-on was refused there", ""));
                    }
                    _ => {
                        return Err(Fault::new(&self.portal.url, Cause::of(&error).to_string(), "try again"));
                    }
                },
            };
            let life = SignedDuration::from_secs(i64::from(answer.expires_in()));
            let ends = Timestamp::now().saturating_add(life).unwrap_or(Timestamp::MAX);
            let token = json!({
                "startUrl": self.portal.url,
                "region": self.portal.region,
                "accessToken": answer.access_token(),
                "expiresAt": seconds(ends),
                "clientId": self.id,
                "clientSecret": self.secret,
                "registrationExpiresAt": seconds(Timestamp::from_second(self.id_ends).unwrap_or(ends)),
                "refreshToken": answer.refresh_token(),
            });
            keep(&self.portal.key, &token.to_string())?;
            return Ok(ends);
        }
    }
}

/// A moment without fractions: that is how the token's file has it.
fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn text(said: Option<&str>) -> String {
    said.unwrap_or_default().to_owned()
}

/// Where the chosen profile signs on: as its `sso_session` says, or as it says itself.
fn portal(set: &ProfileSet) -> Result<Portal, Fault> {
    let name = set.selected_profile();
    let fault = |cause: &str| {
        let next = format!("describe it: `aws configure sso --profile {name}`");
        Fault::new(format!("profile {name} of ~/.aws/config"), cause, next)
    };
    let Some(profile) = set.get_profile(name) else { return Err(fault("there is no such profile")) };
    let own = |key: &str| profile.get(key).map(str::to_owned);
    if let Some(session) = own("sso_session") {
        let Some(found) = set.sso_session(&session) else {
            return Err(fault(&format!("there is no [sso-session {session}]")));
        };
        let missing = || fault(&format!("[sso-session {session}] lacks sso_start_url or sso_region"));
        let scopes = found.get("sso_registration_scopes").unwrap_or(SCOPE);
        return Ok(Portal {
            url: found.get("sso_start_url").ok_or_else(missing)?.to_owned(),
            region: found.get("sso_region").ok_or_else(missing)?.to_owned(),
            scopes: scopes.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect(),
            key: session,
        });
    }
    let (Some(url), Some(region)) = (own("sso_start_url"), own("sso_region")) else {
        return Err(fault("it has no single sign-on"));
    };
    Ok(Portal { key: url.clone(), url, region, scopes: Vec::new() })
}

/// The file of the token of a portal: the AWS CLI and the SDKs have the SHA-1 of its key as its name.
fn file_of(key: &str) -> String {
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes())) + ".json"
}

/// Files a token, whole or not at all, for this user only.
fn keep(key: &str, token: &str) -> Result<(), Fault> {
    let home = std::env::var_os("HOME").ok_or_else(|| Fault::new("HOME", "it is not set", "set it"))?;
    let folder = PathBuf::from(home).join(".aws/sso/cache");
    let file = folder.join(file_of(key));
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let write = || {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let mut out =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        out.write_all(token.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&new, &file)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&new);
        Fault::new(
            file.to_string_lossy(),
            format!("the token cannot be kept: {error}"),
            "mend that, and sign on again",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_token_is_named_as_the_aws_cli_names_it() {
        // printf my-session | sha1sum
        assert_eq!(file_of("my-session"), "9e28173066ce536e277c5fb355efd9c64f398167.json");
    }
}
