//! `qd screen`: one frame of a screen as text, SVG or PNG.

use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::args::{Global, Picture, Screen};
use super::error::Failure;
use super::output;
use super::world::World;
use crate::core::blackbox::Tiding;
use crate::core::event::{Envelope, Event, Link};
use crate::core::key::Key;
use crate::core::model::Model;
use crate::core::msg::{Effect, Msg};
use crate::core::preferences::Preferences;
use crate::core::source::Generation;
use crate::core::time::Now;
use crate::core::update::{settle, update};
use crate::evidence::shelf::Shelf;
use crate::sources::supervise::{Sink, supervise};
use crate::sources::{Source, SourceError};
use crate::ui::frame;
use crate::ui::picture::{self, Paper};
use crate::ui::theme::{Depth, Glyphs};

/// When nothing has come for so long, the screen has what it will have.
const QUIET: Duration = Duration::from_millis(400);
/// What has not come by then is not on the frame.
const PATIENCE: Duration = Duration::from_secs(8);
/// The pause before the next try, on a picture.
const SOON: SignedDuration = SignedDuration::from_secs(8);
/// The moment at which the simulated fleet of a picture stands still: a Friday evening.
const FROZEN: &str = "2026-11-20T18:42:00Z";

/// Prints a frame.
pub(super) async fn run(global: &Global, screen: Screen) -> Result<ExitCode, Failure> {
    let world = World::open(global, FROZEN.parse().ok())?;
    let size = size(&screen.size)?;
    let mut stage = Stage::new(world, size);
    stage.come_to_rest().await;
    stage.find_boxes().await;
    stage.go_to(&screen.view).await?;
    if let Some(keys) = &screen.keys {
        for key in keys.split_whitespace() {
            let key: Key = key.parse().map_err(|error| {
                Failure::usage("--keys", &format!("`{key}`: {error}"), "write `x`, `enter`, `ctrl-s`")
            })?;
            stage.tell(Msg::Key(key));
            stage.come_to_rest().await;
        }
    }
    stage.print(screen.format, &screen.view.join(" "))
}

fn size(text: &str) -> Result<(u16, u16), Failure> {
    let wrong =
        || Failure::usage("--size", &format!("`{text}` is not WIDTHxHEIGHT"), "write 80x24, at most 500x300");
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    let size: (u16, u16) = (width.parse().map_err(|_| wrong())?, height.parse().map_err(|_| wrong())?);
    if (1..=500).contains(&size.0) && (1..=300).contains(&size.1) { Ok(size) } else { Err(wrong()) }
}

/// All that a source tells which stands still: it tells everything at once, whenever it is asked.
fn still(source: &dyn Source, generation: Generation, at: Timestamp) -> Vec<Envelope> {
    let id = source.id();
    let wrap = |event| Envelope { source: id.clone(), generation, at, event };
    let mut told = vec![wrap(Event::Link(Link::Live))];
    let mut events = source.watch();
    while let Some(Some(event)) = events.next().now_or_never() {
        told.push(wrap(match event {
            Ok(event) => event,
            Err(SourceError::Retry(fault)) => {
                let retry_at = at.saturating_add(SOON).unwrap_or(at);
                Event::Link(Link::Lost { fault, retry_at })
            }
            Err(SourceError::Final(fault)) => Event::Link(Link::Ended(fault)),
        }));
    }
    told
}

/// The console without a terminal.
struct Stage {
    world: World,
    model: Model,
    events: tokio::sync::mpsc::Receiver<Envelope>,
    out: Sender<Envelope>,
    /// What sources that stand still have told and the model has not taken in yet.
    told: Vec<Envelope>,
    open: std::collections::HashMap<crate::core::source::SourceId, CancellationToken>,
    shelf: Arc<Shelf>,
}

struct Way(Sender<Envelope>);

impl Sink for Way {
    async fn take(&mut self, envelope: Envelope) -> bool {
        self.0.send(envelope).await.is_ok()
    }
}

impl Stage {
    fn new(world: World, size: (u16, u16)) -> Self {
        let now = Now(world.frozen.unwrap_or_else(Timestamp::now));
        let mut settings = world.config.settings(world.demo);
        settings.known_user = true;
        let preferences = if world.demo { Preferences::default() } else { world.config.preferences.clone() };
        let keymap = Arc::new(world.config.keymap.clone());
        let mut model = Model::new(world.fleet(), keymap, settings, preferences, now);
        model.databases = world.databases();
        update(&mut model, Msg::Resize(size.0, size.1));
        let (out, events) = channel(1024);
        let (open, shelf) = (std::collections::HashMap::new(), world.shelf());
        Self { world, model, events, out, told: Vec::new(), open, shelf }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg);
        self.carry_out(effects);
    }

    /// Effects that show something. A picture changes nothing, so all others are left out.
    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                // Real ones would be closed again before anybody could use them.
                Effect::OpenTunnel(database) if self.world.demo => {
                    let told = Arc::new(Mutex::new(Vec::new()));
                    let tell = Arc::clone(&told);
                    let taking = Box::new(move |report| {
                        tell.lock().unwrap_or_else(PoisonError::into_inner).push(report);
                    });
                    let _ = self.world.gateway().run(&database, taking).now_or_never();
                    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
                    for report in told {
                        self.tell(Msg::Tunnel(database.id.clone(), Box::new(report)));
                    }
                }
                Effect::Watch(id, generation) => {
                    let side = self.world.targets.get(&id.target);
                    let Some(source) = side.and_then(|side| side.reader.open(&id.subject)) else { continue };
                    if let Some(at) = self.world.frozen {
                        self.told.extend(still(&*source, generation, at));
                        continue;
                    }
                    let stop = CancellationToken::new();
                    self.open.insert(id, stop.clone());
                    let mut way = Way(self.out.clone());
                    tokio::spawn(async move {
                        tokio::select! {
                            () = stop.cancelled() => {}
                            () = supervise(source, generation, &mut way) => {}
                        }
                    });
                }
                Effect::Unwatch(id) => {
                    if let Some(stop) = self.open.remove(&id) {
                        stop.cancel();
                    }
                }
                Effect::Work(work) => {
                    let done = work.done(&AtomicBool::new(false));
                    self.tell(Msg::Worked(Box::new(done)));
                }
                Effect::OpenBox(id) => {
                    let content = self.shelf.open(&id);
                    self.tell(Msg::BlackBox(Tiding::Opened(id, content)));
                }
                Effect::Plan(request) => {
                    let plan = crate::actions::runbook::plan(&request, &self.model.fleet, self.model.now);
                    self.tell(Msg::Planned(plan.map(Arc::new)));
                }
                _ => {}
            }
        }
    }

    /// Takes in events until nothing new comes.
    async fn come_to_rest(&mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            let effects = settle(&mut self.model);
            self.carry_out(effects);
            if self.world.frozen.is_some() {
                let told = std::mem::take(&mut self.told);
                if told.is_empty() {
                    break;
                }
                for envelope in told {
                    self.tell(Msg::Event(Box::new(envelope)));
                }
                continue;
            }
            let quiet = (Instant::now() + QUIET).min(end);
            match timeout_at(quiet, self.events.recv()).await {
                Ok(Some(envelope)) => {
                    self.tell(Msg::Tick(Now(Timestamp::now())));
                    self.tell(Msg::Event(Box::new(envelope)));
                }
                Ok(None) | Err(_) => break,
            }
            if Instant::now() >= end {
                break;
            }
        }
        // Work over what was taken in may make more of it.
        loop {
            let effects = settle(&mut self.model);
            let works = effects.iter().any(|it| matches!(it, Effect::Work(_)));
            self.carry_out(effects);
            if !works {
                break;
            }
        }
    }

    /// Puts the black boxes that there are into the timeline.
    async fn find_boxes(&mut self) {
        self.shelf = self.world.boxes(&self.model.fleet).await;
        self.tell(Msg::BlackBox(Tiding::Found(self.shelf.list().heads)));
    }

    /// Opens a view, then what is named in it.
    async fn go_to(&mut self, words: &[String]) -> Result<(), Failure> {
        let (view, about) = match words {
            [view, about @ ..] => (view.as_str(), about.first()),
            [] => return Ok(()),
        };
        if let Some(name) = about {
            let fleet = &self.model.fleet;
            let id = super::select::workload(fleet, name)?;
            self.tell(Msg::Select(id));
            self.come_to_rest().await;
        }
        if view == "welcome" {
            self.tell(Msg::Welcome);
        } else {
            let invocation = view.parse().map_err(|error: crate::core::command::InvocationError| {
                Failure::usage(view, &error.to_string(), "see `qd help screen`")
            })?;
            self.tell(Msg::Run(invocation));
        }
        self.come_to_rest().await;
        Ok(())
    }

    fn print(&self, format: Picture, title: &str) -> Result<ExitCode, Failure> {
        let (depth, glyphs) = match format {
            Picture::Txt => (self.world.config.looks.depth, self.world.config.looks.glyphs),
            Picture::Svg | Picture::Png => (Depth::True, &Glyphs::UNICODE),
        };
        let (theme, _) = self.world.config.looks.themes.load(&self.model.settings.theme, depth, glyphs);
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buffer = Buffer::empty(area);
        frame::draw(&self.model, &theme, &mut buffer, area);
        match format {
            Picture::Txt => output::print(&picture::text(&buffer)),
            Picture::Svg => output::print(&picture::svg(&buffer, Paper::of(&theme), title)),
            Picture::Png => {
                let png = picture::png(&buffer, Paper::of(&theme))
                    .map_err(|error| Failure::other("the picture", &error.to_string(), "use --format svg"))?;
                output::bytes(&png);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
