//! An account in a region: its credentials, its clients, and how a call is made.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;
use tokio::time::sleep;

use super::budget::{Budget, Category};
use super::error::{AwsError, Cause};
use crate::core::calls::Calls;

/// How long a connection to AWS may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How often a call is made that AWS throttles; then it is an error.
const ATTEMPTS: u32 = 6;

/// How often a call is made again whose answer got lost on the way, and the pause before the first time.
const SLIPS: u32 = 2;
const SLIP: Duration = Duration::from_millis(300);

/// Which account and region is meant: what the AWS configuration says, where nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The profile of the AWS configuration.
    pub profile: Option<Arc<str>>,
    /// The region.
    pub region: Option<Arc<str>>,
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.profile, &self.region) {
            (Some(profile), Some(region)) => write!(f, "aws {profile}/{region}"),
            (Some(one), None) | (None, Some(one)) => write!(f, "aws {one}"),
            (None, None) => f.write_str("aws"),
        }
    }
}

/// All accounts and regions, each once: whoever asks for the same one shares its clients and its budget.
#[derive(Clone)]
pub struct Clouds(Arc<Shared>);

struct Shared {
    http: SharedHttpClient,
    known: Mutex<HashMap<Settings, Cloud>>,
}

impl Default for Clouds {
    fn default() -> Self {
        Self(Arc::new(Shared { http: transport(), known: Mutex::default() }))
    }
}

/// HTTP over TLS with the same ciphers as for engines and SSH.
pub(super) fn transport() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

impl Clouds {
    /// What was asked so far of each account and region.
    pub fn calls(&self) -> Vec<Calls> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().flat_map(|cloud| cloud.budget().told(cloud.name())).collect()
    }

    /// The account and region that `settings` mean. Nothing is read or asked before the first call.
    pub fn of(&self, settings: &Settings) -> Cloud {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(settings.clone())
            .or_insert_with(|| Cloud::new(settings.clone(), self.0.http.clone()))
            .clone()
    }
}

/// An account in a region.
#[derive(Clone)]
pub struct Cloud(Arc<Inner>);

struct Inner {
    settings: Settings,
    whom: Arc<str>,
    http: SharedHttpClient,
    config: OnceCell<SdkConfig>,
    clients: Clients,
    budget: Budget,
}

macro_rules! clients {
    ($($name:ident $client:ty, $doc:literal;)+) => {
        /// Each is made when it is wanted first.
        #[derive(Default)]
        struct Clients {
            $($name: OnceCell<$client>,)+
        }

        impl Cloud {
            $(#[doc = $doc]
            pub(super) async fn $name(&self) -> Result<&$client, AwsError> {
                let config = self.placed_config().await?;
                Ok(self.0.clients.$name.get_or_init(async || <$client>::new(config)).await)
            })+
        }
    };
}

clients! {
    ecs aws_sdk_ecs::Client, "The client of ECS.";
    logs aws_sdk_cloudwatchlogs::Client, "The client of CloudWatch Logs.";
    ec2 aws_sdk_ec2::Client, "The client of EC2.";
    balancers aws_sdk_elasticloadbalancingv2::Client, "The client of Elastic Load Balancing.";
    rds aws_sdk_rds::Client, "The client of RDS.";
    ecr aws_sdk_ecr::Client, "The client of ECR.";
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cloud").field(&self.0.settings).finish()
    }
}

impl Cloud {
    fn new(settings: Settings, http: SharedHttpClient) -> Self {
        let whom = Arc::from(settings.to_string());
        Self(Arc::new(Inner {
            settings,
            whom,
            http,
            config: OnceCell::new(),
            clients: Clients::default(),
            budget: Budget::default(),
        }))
    }

    /// What it is called in messages: `aws numbers/us-east-1`.
    pub fn name(&self) -> &Arc<str> {
        &self.0.whom
    }

    /// How many calls it may make.
    pub fn budget(&self) -> &Budget {
        &self.0.budget
    }

    async fn config(&self) -> &SdkConfig {
        let load = async || {
            let Settings { profile, region } = &self.0.settings;
            let timeouts = TimeoutConfig::builder()
                .connect_timeout(CONNECT_WITHIN)
                .operation_timeout(ANSWER_WITHIN)
                .build();
            let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
                .http_client(self.0.http.clone())
                .retry_config(RetryConfig::disabled())
                .timeout_config(timeouts);
            if let Some(profile) = profile {
                loader = loader.profile_name(&**profile);
            }
            if let Some(region) = region {
                loader = loader.region(Region::new(region.to_string()));
            }
            // A future of some ten thousand bytes, too.
            Box::pin(loader.load()).await
        };
        self.0.config.get_or_init(load).await
    }

    /// The same account in another region.
    #[must_use]
    pub fn in_region(&self, region: &str, clouds: &Clouds) -> Self {
        let found = || self.0.config.get().and_then(SdkConfig::region).map(AsRef::as_ref);
        if self.0.settings.region.as_deref().or_else(found) == Some(region) {
            return self.clone();
        }
        clouds.of(&Settings { region: Some(Arc::from(region)), ..self.0.settings.clone() })
    }

    /// The configuration, if it says which region is meant.
    async fn placed_config(&self) -> Result<&SdkConfig, AwsError> {
        let config = self.config().await;
        if config.region().is_none() { Err(self.error("", Cause::NoRegion)) } else { Ok(config) }
    }

    /// Makes a reading call within the budget of its category: again while AWS throttles it, and where its answer got lost
    /// on the way. `action` is the permission that it needs. (A call of the SDK is a future of some ten thousand bytes: on the heap, those that wait for it stay
    /// small.)
    pub(super) fn call<'a, T, E, R, F>(
        &'a self,
        category: Category,
        action: &'static str,
        mut send: impl FnMut() -> F + Send + 'a,
    ) -> BoxFuture<'a, Result<T, AwsError>>
    where
        F: Future<Output = Result<T, SdkError<E, R>>> + Send + 'a,
        T: Send + 'a,
        E: std::error::Error + ProvideErrorMetadata + Send + 'static,
        R: fmt::Debug + Send + 'static,
    {
        let bucket = self.0.budget.of(category);
        Box::pin(async move {
            let mut left = ATTEMPTS;
            let mut slips = 0;
            loop {
                bucket.take().await;
                let cause = match send().await {
                    Ok(answer) => {
                        bucket.answered();
                        return Ok(answer);
                    }
                    Err(error) => Cause::of(&error),
                };
                left -= 1;
                if cause == Cause::Throttled {
                    bucket.throttled();
                    if left > 0 {
                        continue;
                    }
                }
                if cause.may_pass() && slips < SLIPS {
                    slips += 1;
                    sleep(SLIP * slips).await;
                    continue;
                }
                return Err(self.error(action, cause));
            }
        })
    }

    /// An error of a call that needs the permission `action`.
    pub(super) fn error(&self, action: &'static str, cause: Cause) -> AwsError {
        let Inner { whom, settings, .. } = &*self.0;
        AwsError { whom: Arc::clone(whom), profile: settings.profile.clone(), action, cause }
    }
}
