//! Quarterdeck: an operations console for Docker hosts and ECS clusters, in a terminal.
//!
//! The map, from the bottom up; each layer may import only what stands above it in this list
//! (`tests/architecture.rs` holds the exact table):
//!
//! | module | what lives there |
//! |---|---|
//! | [`core`] | the model of the fleet, the state of the screens, commands, keys, logs, plans: pure |
//! | [`ui`] | drawing of the model |
//! | `clients` | connections to Docker engines |
//! | `sources` | the world, read: supervised streams of events |
//! | `actions` | the world, changed: runbooks and the one executor |
//! | `evidence` | what is kept of the world: black boxes of workloads that died, bundles about incidents |
//! | `demo` | a simulated fleet behind the same traits |
//! | `config` | files → one valid configuration |
//! | `app` | the terminal, the loop, effects → tasks |
//! | `cli` | the command line |

pub mod actions;
pub mod app;
pub mod cli;
pub mod clients;
pub mod config;
pub mod core;
pub mod demo;
pub mod evidence;
pub mod sources;
pub mod ui;
