//! What can go wrong between here and AWS, told apart, in words that an operator can act on.
//!
//! Every text of the other side in here has passed the sanitizer.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::core::fault::Fault;
use crate::core::text::clean;

/// Characters of AWS's own words that are kept.
const WORDS: usize = 600;

/// What those that speak like AWS say of a call that they do not know.
const UNKNOWN: &[&str] = &[
    "InvalidAction",
    "NotImplemented",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
];

/// A call to AWS that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    /// The account and region that were asked: `aws numbers/us-east-1`.
    pub whom: Arc<str>,
    /// The profile whose credentials were used, where one was named.
    pub profile: Option<Arc<str>>,
    /// The permission that the call needs: `ecs:ListTasks`.
    pub action: &'static str,
    /// Why.
    pub cause: Cause,
}

/// Why a call to AWS failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No region is configured.
    NoRegion,
    /// There are no credentials.
    NoCredentials,
    /// The single sign-on has ended.
    SignOnEnded,
    /// The credentials cannot be had; what is wrong with them.
    Credentials(String),
    /// The credentials have ended.
    Expired,
    /// AWS knows no such credentials.
    UnknownKeys,
    /// The clock of this machine is wrong.
    ClockSkew,
    /// What is asked for is not allowed; the missing permission in AWS's words.
    Denied(String),
    /// What is asked about does not exist in this region; AWS's words.
    NotFound(String),
    /// Too many calls are made in this account.
    Throttled,
    /// There is no way to AWS; the system's words.
    Unreachable(String),
    /// No answer in time.
    Timeout,
    /// AWS understood and said no.
    Service {
        /// Its name for the error.
        code: String,
        /// Its own words.
        message: String,
    },
    /// The answer could not be read.
    Unreadable(String),
}

impl AwsError {
    /// Whether it is worthless to try again before somebody has changed something. Credentials come back by themselves
    /// once the operator has signed on again, so that they are asked for again and again.
    pub const fn is_final(&self) -> bool {
        matches!(self.cause, Cause::NoRegion)
    }

    /// Whether too many calls are made.
    pub fn is_throttled(&self) -> bool {
        self.cause == Cause::Throttled
    }

    /// Whether something that the call says cannot be.
    pub fn is_invalid(&self) -> bool {
        matches!(&self.cause, Cause::Service { code, .. } if code == "InvalidParameterException")
    }

    /// Whether what was asked about does not exist.
    pub const fn is_gone(&self) -> bool {
        matches!(self.cause, Cause::NotFound(_))
    }

    /// Whether AWS says that what is asked for is wrong: asked again it is as wrong. ECS has no other name for a task
    /// definition that it does not know.
    pub fn is_refusal(&self) -> bool {
        self.is_invalid() || matches!(&self.cause, Cause::Service { code, .. } if code == "ClientException")
    }

    /// Whether the other side knows no such call: not everything that speaks like AWS knows all of it.
    pub fn is_unknown(&self) -> bool {
        matches!(&self.cause, Cause::Service { code, .. } if UNKNOWN.contains(&code.as_str()))
    }

    /// Whether this call is not allowed, though others may be.
    pub const fn is_denied(&self) -> bool {
        matches!(self.cause, Cause::Denied(_))
    }

    /// What to do about it; empty where nobody at this end can do anything.
    pub fn next_step(&self) -> String {
        let profile = self.profile.as_deref().map(|it| format!(" --profile {it}")).unwrap_or_default();
        match &self.cause {
            Cause::NoRegion => "add region = \"…\" to the target, or set AWS_REGION".into(),
            Cause::NoCredentials => {
                format!(
                    "sign on (`aws configure sso{profile}` or `aws configure{profile}`), or set AWS_PROFILE"
                )
            }
            Cause::SignOnEnded => {
                let name = self.profile.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
                format!(
                    "sign on again in another terminal: `qd login{name}` or `aws sso login{profile}`; qd then goes on by itself"
                )
            }
            Cause::Credentials(_) => format!("see whether `aws sts get-caller-identity{profile}` works"),
            Cause::Expired => "get new credentials; qd then goes on by itself".into(),
            Cause::UnknownKeys => format!("they were removed or mistyped: `aws configure{profile}`"),
            Cause::ClockSkew => "set this machine's clock: `timedatectl set-ntp true`".into(),
            Cause::Denied(_) => format!("allow {} in the policy of this user or role", self.action),
            Cause::NotFound(_) => "check the name and the region; it may have been removed".into(),
            Cause::Throttled => "calls are made more slowly until AWS answers again".into(),
            Cause::Unreachable(_) => "check the network, the proxy (HTTPS_PROXY) and the region".into(),
            Cause::Timeout => "it is asked again by itself".into(),
            Cause::Service { .. } | Cause::Unreadable(_) => String::new(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRegion => f.write_str("no region is configured"),
            Self::NoCredentials => f.write_str("there are no AWS credentials"),
            Self::SignOnEnded => f.write_str("the single sign-on has ended"),
            Self::Credentials(detail) => write!(f, "the AWS credentials cannot be had: {detail}"),
            Self::Expired => f.write_str("the AWS credentials have ended"),
            Self::UnknownKeys => f.write_str("AWS does not know these credentials"),
            Self::ClockSkew => {
                f.write_str("the clock of this machine is wrong, so AWS refuses what it signs")
            }
            Self::Denied(words) => write!(f, "not allowed: {words}"),
            Self::NotFound(words) => f.write_str(words),
            Self::Throttled => f.write_str("AWS refuses more calls for now"),
            Self::Unreachable(words) => write!(f, "AWS cannot be reached: {words}"),
            Self::Timeout => f.write_str("AWS did not answer in time"),
            Self::Service { code, message } if message.is_empty() => f.write_str(code),
            Self::Service { code, message } => write!(f, "{message} ({code})"),
            Self::Unreadable(words) => write!(f, "the answer cannot be read: {words}"),
        }
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.whom, self.cause)
    }
}

impl Error for AwsError {}

impl From<&AwsError> for Fault {
    fn from(error: &AwsError) -> Self {
        Self::new(&error.whom, error.cause.to_string(), error.next_step())
    }
}

impl Cause {
    /// Whether the same call may succeed in a moment.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unreadable(_) => true,
            Self::Service { code, .. } => {
                matches!(
                    &**code,
                    "ServerException" | "InternalFailure" | "InternalServerError" | "ServiceUnavailable"
                )
            }
            _ => false,
        }
    }

    /// Why the SDK could make nothing of a call.
    pub(super) fn of<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: Error + ProvideErrorMetadata + 'static,
        R: fmt::Debug + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let said = answer.err();
                of_service(said.code().unwrap_or_default(), said.message().unwrap_or_default())
            }
            SdkError::TimeoutError(_) => Self::Timeout,
            SdkError::ResponseError(_) => Self::Unreadable(words(&innermost(error))),
            SdkError::DispatchFailure(failure) => {
                if let Some(credentials) = find::<CredentialsError>(error) {
                    of_credentials(credentials)
                } else if failure.is_timeout() {
                    Self::Timeout
                } else {
                    Self::of_dispatch(error)
                }
            }
            _ => Self::of_dispatch(error),
        }
    }

    fn of_dispatch<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: Error + 'static,
        R: fmt::Debug + 'static,
    {
        let innermost = innermost(error);
        let lower = innermost.to_lowercase();
        if lower.contains("region must be set") || lower.contains("missing region") {
            Self::NoRegion
        } else if lower.contains("credentials") || lower.contains("no providers in chain") {
            Self::NoCredentials
        } else {
            Self::Unreachable(words(&innermost))
        }
    }
}

/// What AWS means by an error code. The codes common to all services:
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html>.
fn of_service(code: &str, message: &str) -> Cause {
    let said = words(message);
    let lower = message.to_lowercase();
    let is_late = lower.contains("signature expired") || lower.contains("signature not yet current");
    match code {
        _ if is_late => Cause::ClockSkew,
        "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture" => Cause::ClockSkew,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => Cause::Expired,
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch" => Cause::UnknownKeys,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "AuthorizationError" => {
            Cause::Denied(said)
        }
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "SlowDown" => Cause::Throttled,
        _ if code.ends_with("NotFoundException") || code.ends_with("NotFound") => {
            Cause::NotFound(if said.is_empty() { code.to_owned() } else { said })
        }
        "" => Cause::Unreadable(if said.is_empty() { "an error without a name".to_owned() } else { said }),
        _ => Cause::Service { code: words(code), message: said },
    }
}

fn of_credentials(error: &CredentialsError) -> Cause {
    let all = chain(error);
    let lower = all.to_lowercase();
    let is_sign_on = lower.contains("sso");
    match error {
        _ if is_sign_on && (lower.contains("expired") || lower.contains("token")) => Cause::SignOnEnded,
        _ if lower.contains("expiredtoken") => Cause::Expired,
        CredentialsError::CredentialsNotLoaded(_) => Cause::NoCredentials,
        _ => Cause::Credentials(words(&innermost(error))),
    }
}

/// The first error of a chain that is a `T`.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What an error and all that caused it say.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut all = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        all.push_str(": ");
        all.push_str(&error.to_string());
        next = error.source();
    }
    all
}

/// What the first cause of an error says.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

fn words(said: &str) -> String {
    clean(said.trim()).chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, message: &str) -> Cause {
        of_service(code, message)
    }

    #[test]
    fn what_aws_refuses_for_is_told_apart() {
        let text = "User: arn:aws:iam::1:user/x is not authorized to perform: ecs:ListTasks on resource: *";
        assert_eq!(said("AccessDeniedException", text), Cause::Denied(text.into()));
        assert_eq!(said("ThrottlingException", "Rate exceeded"), Cause::Throttled);
        assert_eq!(said("ExpiredTokenException", "The security token … is expired"), Cause::Expired);
        assert_eq!(
            said("UnrecognizedClientException", "The security token … is invalid."),
            Cause::UnknownKeys
        );
        assert_eq!(said("ClusterNotFoundException", ""), Cause::NotFound("ClusterNotFoundException".into()));
        let late = "Signature expired: 20261127T100000Z is now earlier than 20261127T140000Z";
        assert_eq!(said("InvalidSignatureException", late), Cause::ClockSkew);
        assert!(matches!(said("ServerException", "Service Unavailable."), Cause::Service { .. }));
    }

    #[test]
    fn a_single_sign_on_that_has_ended_is_no_missing_credential() {
        let ended = CredentialsError::provider_error("the SSO token has expired");
        assert_eq!(of_credentials(&ended), Cause::SignOnEnded);
        let none = CredentialsError::not_loaded("no providers in chain provided credentials");
        assert_eq!(of_credentials(&none), Cause::NoCredentials);
        let broken = CredentialsError::invalid_configuration("the profile `x` refers to itself");
        assert!(matches!(of_credentials(&broken), Cause::Credentials(_)));
    }

    #[test]
    fn the_next_step_names_the_profile_and_the_permission() {
        let error = |cause| AwsError {
            whom: "aws numbers/us-east-1".into(),
            profile: Some("numbers".into()),
            action: "ecs:ListTasks",
            cause,
        };
        assert!(
            error(Cause::SignOnEnded)
                .next_step()
                .contains("`qd login numbers` or `aws sso login --profile numbers`")
        );
        assert!(error(Cause::Denied(String::new())).next_step().contains("allow ecs:ListTasks"));
    }

    #[test]
    fn what_aws_says_is_cleaned_and_bounded() {
        let Cause::Service { message, .. } = said("Odd", &format!("\x1b[2J{}", "x".repeat(5_000))) else {
            unreachable!()
        };
        assert!(!message.contains('\x1b') && message.chars().count() <= WORDS);
    }
}
