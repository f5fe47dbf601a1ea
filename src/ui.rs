//! Drawing: the model, in the colours of a theme, onto a grid of cells. Nothing here changes anything.

mod color;
#[cfg(test)]
mod fixture;
pub mod frame;
#[cfg(test)]
mod golden;
mod overlay;
pub mod picture;
pub mod theme;
mod view;
pub mod widget;
