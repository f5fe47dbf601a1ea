//! The screens' state and what they read as: one file a view, mirrored by `ui::view`.

pub mod advice;
pub mod blackbox;
pub mod databases;
pub mod exposure;
pub mod fleet;
pub mod help;
pub mod hosts;
pub mod images;
pub mod inspect;
pub mod kind;
pub mod log_groups;
pub mod logs;
pub mod messages;
pub mod networks;
pub mod plan;
pub mod run;
pub mod runs;
pub mod services;
pub mod table;
pub mod timeline;
pub mod tunnels;
pub mod volumes;
pub mod workloads;
