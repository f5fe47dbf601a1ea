//! The screens' state and what they read as: one file a view, mirrored by `ui::view`.

pub mod fleet;
pub mod hosts;
pub mod images;
pub mod kind;
pub mod networks;
pub mod runs;
pub mod services;
pub mod timeline;
pub mod volumes;
pub mod workloads;
