//! The pure centre: the model of the fleet, the state of the screens and everything that decides.
//!
//! Nothing here waits, reads, draws or asks for the time: [`time::Now`] is passed in.

pub mod bar;
pub mod change;
pub mod command;
pub mod entity;
pub mod environment;
pub mod event;
pub mod fault;
pub mod filter;
pub mod fleet;
pub mod fuzzy;
pub mod id;
pub mod input;
pub mod key;
pub mod keymap;
pub mod logs;
pub mod meaning;
pub mod menu;
pub mod message;
pub mod model;
pub mod msg;
pub mod nearest;
pub mod overlay;
pub mod page;
pub mod plan;
pub mod possible;
pub mod preferences;
pub mod run;
pub mod screen;
pub mod selector;
pub mod settings;
pub mod sight;
pub mod size;
pub mod source;
pub mod stats;
pub mod store;
pub mod subject;
pub mod summary;
pub mod table;
pub mod target;
pub mod text;
pub mod time;
pub mod tree;
pub mod update;
pub mod view;
