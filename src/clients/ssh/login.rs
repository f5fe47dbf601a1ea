//! Logging in: which keys are offered, in which order, and what comes after them.
//!
//! As OpenSSH does it: first the keys of the agent that the configuration names, then the agent's others (unless it may
//! offer no others), then the files; a key with a certificate is offered with it first. A server lets a client try six
//! times (`MaxAuthTries`), so not more than [`MOST_OFFERS`] keys are shown to it.

use std::path::PathBuf;
use std::sync::Arc;

use russh::client::{Handle, KeyboardInteractiveAuthResponse};
use russh::keys::agent::AgentIdentity;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::ssh_key::{Algorithm, Signature};
use russh::keys::{Certificate, HashAlg, PrivateKey, PublicKey};
use russh::{MethodKind, client::AuthResult};

use super::agent::frames::AgentKey;
use super::agent::{self, Agent, AgentFault};
use super::ask::{Ask, Question};
use super::error::{Cause, words};
use super::handler::Client;
use super::identity::{self, KeyFault, Keyring};
use super::options::{AgentAt, Options};

/// Keys that are shown to a server, at most.
const MOST_OFFERS: usize = 5;
/// Questions of a server that are answered, at most: each may lead to another.
const MOST_QUESTIONS: usize = 10;

/// A key that can be offered.
struct Offer {
    key: PublicKey,
    certificate: Option<Certificate>,
    by: By,
    name: String,
}

/// Who signs.
enum By {
    /// The agent, for the key that it knows as this.
    Agent(Vec<u8>),
    /// We do, with the key in this file.
    File(PathBuf),
}

/// Whoever logs in, and what is known of the attempts so far.
pub(super) struct Login<'a> {
    options: &'a Options,
    keyring: &'a Keyring,
    ask: &'a dyn Ask,
    offered: Vec<String>,
    unusable: Vec<String>,
    /// What the server would take, as far as it has said so.
    methods: Vec<MethodKind>,
}

impl<'a> Login<'a> {
    pub(super) fn new(options: &'a Options, keyring: &'a Keyring, ask: &'a dyn Ask) -> Self {
        Self { options, keyring, ask, offered: Vec::new(), unusable: Vec::new(), methods: Vec::new() }
    }

    /// Logs in, by whatever the server takes first.
    pub(super) async fn run(mut self, handle: &mut Handle<Client>) -> Result<(), Cause> {
        let user = self.options.user.clone();
        // Asks what the server takes; some take nothing at all.
        let first = handle.authenticate_none(&user).await.map_err(|error| lost(&error))?;
        if self.note(first, handle)? {
            return Ok(());
        }
        if self.options.methods.public_key && self.takes(MethodKind::PublicKey) && self.keys(handle).await? {
            return Ok(());
        }
        if self.options.methods.questions
            && self.takes(MethodKind::KeyboardInteractive)
            && self.questions(handle).await?
        {
            return Ok(());
        }
        if self.options.methods.password && self.takes(MethodKind::Password) && self.password(handle).await? {
            return Ok(());
        }
        let methods = self.methods.iter().map(|method| <&str>::from(method).to_owned()).collect();
        Err(Cause::Denied { user, offered: self.offered, methods, unusable: self.unusable })
    }

    fn takes(&self, method: MethodKind) -> bool {
        self.methods.contains(&method)
    }

    /// Keeps what the server says it would take; whether it has let us in.
    fn note(&mut self, result: AuthResult, handle: &Handle<Client>) -> Result<bool, Cause> {
        match result {
            AuthResult::Success => Ok(true),
            AuthResult::Failure { .. } if handle.is_closed() => {
                Err(Cause::Lost("it was closed while logging in".to_owned()))
            }
            AuthResult::Failure { remaining_methods, .. } => {
                self.methods = remaining_methods.to_vec();
                Ok(false)
            }
        }
    }

    async fn keys(&mut self, handle: &mut Handle<Client>) -> Result<bool, Cause> {
        let mut agent = self.agent().await;
        let offers = self.offers(agent.as_mut()).await;
        let mut hash = None;
        for offer in offers.into_iter().take(MOST_OFFERS) {
            if matches!(offer.key.algorithm(), Algorithm::Rsa { .. }) && hash.is_none() {
                let best = handle.best_supported_rsa_hash().await.map_err(|error| lost(&error))?;
                // A server that does not say takes SHA-2 if it is younger than 2017.
                hash = Some(best.unwrap_or(Some(HashAlg::Sha512)));
            }
            let hash = match (offer.key.algorithm(), hash) {
                (Algorithm::Rsa { .. }, Some(None)) => {
                    self.unusable.push(format!("{}: the server takes RSA with SHA-1 only", offer.name));
                    continue;
                }
                (Algorithm::Rsa { .. }, hash) => hash.flatten(),
                _ => None,
            };
            self.offered.push(offer.name.clone());
            let mut signer =
                Signer { offer: &offer, agent: agent.as_mut(), keyring: self.keyring, ask: self.ask };
            let user = self.options.user.clone();
            let result = match &offer.certificate {
                Some(certificate) => {
                    handle.authenticate_certificate_with(user, certificate.clone(), hash, &mut signer).await
                }
                None => handle.authenticate_publickey_with(user, offer.key.clone(), hash, &mut signer).await,
            };
            match result {
                Ok(result) => {
                    if self.note(result, handle)? {
                        return Ok(true);
                    }
                    if !self.takes(MethodKind::PublicKey) {
                        return Ok(false);
                    }
                }
                Err(SignFault::Agent(AgentFault::Lost(_))) => {
                    return Err(Cause::Lost("it was closed while logging in".to_owned()));
                }
                Err(fault) => self.unusable.push(format!("{}: {fault}", offer.name)),
            }
        }
        Ok(false)
    }

    async fn agent(&mut self) -> Option<Agent> {
        let socket = match &self.options.agent {
            AgentAt::None => return None,
            AgentAt::Environment => PathBuf::from(std::env::var_os("SSH_AUTH_SOCK")?),
            AgentAt::Socket(path) => path.clone(),
        };
        match Agent::connect(&socket).await {
            Ok(agent) => Some(agent),
            Err(fault) => {
                self.unusable.push(fault.to_string());
                None
            }
        }
    }

    /// The keys that may be offered, in their order.
    async fn offers(&mut self, agent: Option<&mut Agent>) -> Vec<Offer> {
        let files: Vec<(PathBuf, PublicKey)> = self
            .options
            .identity_files
            .iter()
            .filter_map(|file| {
                self.unusable
                    .extend(identity::inspect(file).filter(|_| !is_public(file)).map(|it| it.to_string()));
                identity::public_key(file).map(|key| (file.clone(), key))
            })
            .collect();
        let certificates: Vec<Certificate> = self
            .options
            .certificate_files
            .iter()
            .filter_map(|file| identity::read_certificate(file))
            .chain(files.iter().filter_map(|(file, _)| identity::certificate(file)))
            .collect();

        let (mut named, mut others) = (Vec::new(), Vec::new());
        if let Some(agent) = agent {
            match agent.keys().await {
                Ok(keys) => {
                    for offer in keys.into_iter().filter_map(of_agent) {
                        let is_named = files.iter().any(|(_, key)| key.key_data() == offer.key.key_data());
                        if is_named { named.push(offer) } else { others.push(offer) }
                    }
                }
                Err(fault) => self.unusable.push(fault.to_string()),
            }
        }
        if self.options.identities_only {
            others.clear();
        }
        let in_agent: Vec<_> = named.iter().map(|offer| offer.key.key_data().clone()).collect();
        let usable = |file: &PathBuf| !is_public(file) && identity::inspect(file).is_none();
        let of_files = files
            .into_iter()
            .filter(|(file, key)| !in_agent.contains(key.key_data()) && usable(file))
            .map(|(file, key)| Offer { key, certificate: None, name: shown(&file), by: By::File(file) });
        let all: Vec<Offer> = named.into_iter().chain(others).chain(of_files).collect();
        all.into_iter().flat_map(|offer| with_certificates(offer, &certificates)).collect()
    }

    async fn questions(&mut self, handle: &mut Handle<Client>) -> Result<bool, Cause> {
        self.offered.push("answers to its questions".to_owned());
        let user = self.options.user.clone();
        let mut response =
            handle.authenticate_keyboard_interactive_start(user, None).await.map_err(|error| lost(&error))?;
        for _ in 0..MOST_QUESTIONS {
            let prompts = match response {
                KeyboardInteractiveAuthResponse::Success => return Ok(true),
                KeyboardInteractiveAuthResponse::Failure { remaining_methods, .. } => {
                    self.methods = remaining_methods.to_vec();
                    return Ok(false);
                }
                KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts,
            };
            let mut answers = Vec::with_capacity(prompts.len());
            for prompt in prompts {
                let question = Question::Server {
                    host: self.options.address.clone(),
                    words: words(&prompt.prompt),
                    echo: prompt.echo,
                };
                let Some(answer) = self.ask.ask(question).await else {
                    self.unusable.push("the server asks, and there is nobody to answer".to_owned());
                    return Ok(false);
                };
                answers.push(answer.to_string());
            }
            response = handle
                .authenticate_keyboard_interactive_respond(answers)
                .await
                .map_err(|error| lost(&error))?;
        }
        Ok(false)
    }

    async fn password(&mut self, handle: &mut Handle<Client>) -> Result<bool, Cause> {
        let (user, host) = (self.options.user.clone(), self.options.address.clone());
        let Some(password) = self.ask.ask(Question::Password { user: user.clone(), host }).await else {
            return Ok(false);
        };
        self.offered.push("a password".to_owned());
        let result =
            handle.authenticate_password(user, password.as_str()).await.map_err(|error| lost(&error))?;
        self.note(result, handle)
    }
}

/// An offer with each certificate for its key, and then by itself.
fn with_certificates(offer: Offer, certificates: &[Certificate]) -> Vec<Offer> {
    let with = |certificate: &Certificate| Offer {
        key: offer.key.clone(),
        certificate: Some(certificate.clone()),
        name: format!("{} with a certificate", offer.name),
        by: match &offer.by {
            By::Agent(blob) => By::Agent(blob.clone()),
            By::File(file) => By::File(file.clone()),
        },
    };
    let mut offers: Vec<Offer> = certificates
        .iter()
        .filter(|it| offer.certificate.is_none() && it.public_key() == offer.key.key_data())
        .map(with)
        .collect();
    offers.push(offer);
    offers
}

/// A key of the agent, where it is of a kind that is known here.
fn of_agent(key: AgentKey) -> Option<Offer> {
    let name = format!("the agent's key {}", words(&key.comment));
    if let Ok(certificate) = Certificate::from_bytes(&key.blob) {
        let public = PublicKey::new(certificate.public_key().clone(), "");
        return Some(Offer { key: public, certificate: Some(certificate), by: By::Agent(key.blob), name });
    }
    let public = PublicKey::from_bytes(&key.blob).ok()?;
    Some(Offer { key: public, certificate: None, by: By::Agent(key.blob), name })
}

fn is_public(file: &PathBuf) -> bool {
    std::fs::read_to_string(file).is_ok_and(|text| PublicKey::from_openssh(&text).is_ok())
}

fn shown(file: &std::path::Path) -> String {
    words(&file.to_string_lossy())
}

fn lost(error: &russh::Error) -> Cause {
    Cause::Lost(words(&error.to_string()))
}

/// What signs for one offer.
struct Signer<'a> {
    offer: &'a Offer,
    agent: Option<&'a mut Agent>,
    keyring: &'a Keyring,
    ask: &'a dyn Ask,
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
enum SignFault {
    #[error(transparent)]
    Agent(AgentFault),
    #[error("{}", .0.fault)]
    Key(KeyFault),
    #[error("it does not sign ({0})")]
    Signature(String),
}

impl From<russh::SendError> for SignFault {
    fn from(error: russh::SendError) -> Self {
        Self::Agent(AgentFault::Lost(error))
    }
}

impl russh::Signer for Signer<'_> {
    type Error = SignFault;

    /// `data`, and behind it the signature.
    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, SignFault> {
        let signature = match (&self.offer.by, &mut self.agent) {
            (By::File(file), _) => {
                let key = self.keyring.load(file, self.ask).await.map_err(SignFault::Key)?;
                let signature = sign(&key, hash, &data).map_err(SignFault::Signature)?;
                let mut encoded = Vec::new();
                agent::put(&mut encoded, signature.algorithm().as_str().as_bytes());
                agent::put(&mut encoded, signature.as_bytes());
                encoded
            }
            (By::Agent(blob), Some(agent)) => {
                let flags = match hash {
                    Some(HashAlg::Sha256) => agent::RSA_SHA256,
                    Some(_) => agent::RSA_SHA512,
                    None => 0,
                };
                agent.sign(blob, &data, flags).await.map_err(SignFault::Agent)?
            }
            (By::Agent(_), None) => return Err(SignFault::Agent(AgentFault::Nonsense)),
        };
        agent::put(&mut data, &signature);
        Ok(data)
    }
}

fn sign(key: &Arc<PrivateKey>, hash: Option<HashAlg>, data: &[u8]) -> Result<Signature, String> {
    use russh::keys::signature::Signer as _;
    let signature = match key.key_data() {
        KeypairData::Rsa(pair) => (pair, hash).try_sign(data),
        _ => key.try_sign(data),
    };
    signature.map_err(|error| error.to_string())
}
