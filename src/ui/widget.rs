//! The pieces that screens are made of. They know meanings and texts, never what a container is.
//!
//! Each is a plain struct that is filled in and drawn into a rectangle; nothing keeps state between frames.

pub mod banner;
pub mod graph;
pub mod hints;
pub mod input;
pub mod panel;
pub mod paragraph;
pub mod pen;
pub mod scrollbar;
pub mod table;
pub mod trail;
pub mod tree;
