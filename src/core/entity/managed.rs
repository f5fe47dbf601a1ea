//! Databases that somebody else runs: instances of RDS.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::core::id::EntityId;
use crate::core::meaning::Meaning;

/// A database that AWS runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Managed {
    /// Its id; the name in it is the identifier of the instance.
    pub id: EntityId,
    /// What it is: `postgres`, `mysql`, `mariadb`, `aurora-postgresql`, ….
    pub engine: Arc<str>,
    /// Its version: `11.12`.
    pub version: Arc<str>,
    /// What it does, in RDS's words: `available`, `backing-up`, `storage-full`, ….
    pub status: Arc<str>,
    /// Its size: `db.t3.micro`.
    pub class: Arc<str>,
    /// What it stores on.
    pub storage: Storage,
    /// Host and port that it is reached at; nothing while it has none.
    pub address: Option<(Arc<str>, u16)>,
    /// The availability zone that it is in.
    pub zone: Arc<str>,
    /// Whether another one stands by in another zone.
    pub has_standby: bool,
    /// The instance that it follows, where it is a replica.
    pub follows: Option<Arc<str>>,
    /// For so many days its automatic backups are kept; 0 is none. `None` where nothing was said of that.
    pub backup_days: Option<u32>,
    /// The youngest moment that it can be restored to.
    pub restorable: Option<Timestamp>,
    /// Whether it has a public address.
    pub is_public: bool,
    /// Whether it cannot be deleted before that is switched off.
    pub is_protected: bool,
    /// The security groups that guard it.
    pub groups: Vec<Arc<str>>,
    /// The user it was made with.
    pub user: Option<Arc<str>>,
    /// The database it was made with.
    pub database: Option<Arc<str>>,
    /// When its TLS certificate ends.
    pub certificate_until: Option<Timestamp>,
    /// What will change with the next restart or maintenance.
    pub pending: Vec<Arc<str>>,
    /// A bastion in its network, as an address of the scheme `ssh`.
    pub via: Option<Arc<str>>,
}

/// What a database stores on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// GiB.
    pub size: u32,
    /// GiB that it may grow to by itself.
    pub limit: Option<u32>,
    /// Which disks: `gp2`, `gp3`, `io1`.
    pub kind: Arc<str>,
    /// Whether they are encrypted.
    pub is_encrypted: bool,
}

impl Managed {
    /// A database that serves, and of which nothing more is known than what it is.
    pub fn new(id: EntityId, engine: &str, version: &str) -> Self {
        Self {
            id,
            engine: Arc::from(engine),
            version: Arc::from(version),
            status: Arc::from("available"),
            class: Arc::default(),
            storage: Storage::default(),
            address: None,
            zone: Arc::default(),
            has_standby: false,
            follows: None,
            backup_days: None,
            restorable: None,
            is_public: false,
            is_protected: false,
            groups: Vec::new(),
            user: None,
            database: None,
            certificate_until: None,
            pending: Vec::new(),
            via: None,
        }
    }

    /// Whether it is reached at that host, and at that port where one is named.
    pub fn is_at(&self, host: &str, port: Option<u16>) -> bool {
        let is_it = |(own, at): &(Arc<str>, u16)| {
            own.eq_ignore_ascii_case(host) && port.is_none_or(|port| port == *at)
        };
        self.address.as_ref().is_some_and(is_it)
    }

    /// Engine and version: `postgres 11.12`.
    pub fn server(&self) -> String {
        format!("{} {}", self.engine, self.version)
    }

    /// How its status is to be taken. The words are those of "Viewing Amazon RDS DB instance status" in the user guide.
    pub fn meaning(&self) -> Meaning {
        match &*self.status {
            "available" | "backing-up" | "storage-optimization" => Meaning::Good,
            "stopped" | "stopping" | "deleting" => Meaning::Off,
            "failed" | "storage-full" | "restore-error" => Meaning::Bad,
            broken if broken.starts_with("incompatible-") || broken.starts_with("inaccessible-") => {
                Meaning::Bad
            }
            _ => Meaning::Busy,
        }
    }
}
