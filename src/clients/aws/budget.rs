//! How many calls may be made to AWS: one token bucket for each category of calls in an account and region.
//!
//! The categories and their limits are those of "Request throttling for the Amazon ECS API" and of the quotas of
//! CloudWatch Logs, as they were read for research/aws-peers.md §4; those of EC2 and of Elastic Load Balancing are those of
//! "Request throttling for the Amazon EC2 API" (non-mutating actions) and of its like for load balancers; RDS and ECR have none
//! in writing, and are asked no faster than load balancers. All programs of an account share them, so that only a part of each
//! is ever taken here. While AWS throttles, a bucket fills more slowly and nothing is asked for a while.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::core::calls::{Calls, CallsId};

/// The part of a limit that is taken here; the rest is for other operators and for AWS's own console.
const SHARE: f64 = 0.4;
/// The slowest that a bucket fills, as a part of its usual speed.
const SLOWEST: f64 = 1.0 / 16.0;
/// Nothing is asked for so long after the first throttled call of a row; for twice as long after the next.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// No such pause is longer: it is also how long it takes to notice that AWS answers again.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Live Tail sessions that are open at once at most, of the 15 that an account may have in a region where nobody has asked
/// for more (research/aws-peers.md §4.1).
const SESSIONS: usize = 10;

const MINUTE: Duration = Duration::from_mins(1);

/// Calls that AWS counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// `ListClusters`, `DescribeClusters`.
    Clusters,
    /// `DescribeTaskDefinition`, `ListTaskDefinitions`.
    Definitions,
    /// `ListTasks`, `DescribeTasks`, `ListContainerInstances`, `DescribeContainerInstances`.
    ClusterResources,
    /// `ListServices`, `DescribeServices`.
    Services,
    /// `ListServiceDeployments`, `DescribeServiceDeployments`.
    Deployments,
    /// `DescribeServiceRevisions`.
    ServiceRevisions,
    /// `FilterLogEvents`.
    LogEvents,
    /// `GetLogEvents`.
    LogPages,
    /// `DescribeLogGroups`.
    LogGroups,
    /// `StartLiveTail`.
    LiveTail,
    /// The `Describe` calls of EC2: instances, networks, security groups.
    Network,
    /// The `Describe` calls of Elastic Load Balancing.
    Balancers,
    /// The `Describe` calls of RDS.
    Databases,
    /// `DescribeImages`.
    Registry,
}

impl Category {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Clusters,
        Self::Definitions,
        Self::ClusterResources,
        Self::Services,
        Self::Deployments,
        Self::ServiceRevisions,
        Self::LogEvents,
        Self::LogPages,
        Self::LogGroups,
        Self::LiveTail,
        Self::Network,
        Self::Balancers,
        Self::Databases,
        Self::Registry,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clusters => "clusters",
            Self::Definitions => "task definitions",
            Self::ClusterResources => "tasks and instances",
            Self::Services => "services",
            Self::Deployments => "service deployments",
            Self::ServiceRevisions => "service revisions",
            Self::LogEvents => "log events",
            Self::LogPages => "pages of logs",
            Self::LogGroups => "log groups",
            Self::LiveTail => "Live Tail",
            Self::Network => "instances and networks",
            Self::Balancers => "load balancers",
            Self::Databases => "databases",
            Self::Registry => "images",
        }
    }

    /// AWS's limit: calls at once, and calls a second.
    pub const fn limit(self) -> (u32, u32) {
        match self {
            Self::Clusters | Self::Definitions | Self::Deployments | Self::ServiceRevisions => (50, 20),
            Self::ClusterResources | Self::Services | Self::Network => (100, 20),
            Self::Balancers | Self::Databases | Self::Registry => (40, 10),
            // Quotas without a burst; the lowest that were ever documented. Of Live Tail none is.
            Self::LogEvents | Self::LogGroups | Self::LiveTail => (5, 5),
            Self::LogPages => (10, 10),
        }
    }
}

/// The buckets of one account in one region.
#[derive(Debug)]
pub struct Budget {
    buckets: Vec<Bucket>,
    sessions: Arc<Semaphore>,
}

impl Default for Budget {
    fn default() -> Self {
        let sessions = Arc::new(Semaphore::new(SESSIONS));
        Self { buckets: Category::ALL.map(Bucket::new).into(), sessions }
    }
}

impl Budget {
    /// The bucket of a category.
    pub fn of(&self, category: Category) -> &Bucket {
        // `ALL` is in the order of the declaration.
        &self.buckets[category as usize]
    }

    /// What was asked of `whom` so far, of each category of which something was.
    pub fn told(&self, whom: &Arc<str>) -> Vec<Calls> {
        let all = Category::ALL.into_iter().map(|category| self.of(category).told(whom, category));
        all.filter(|it| it.made > 0).collect()
    }

    /// Calls made so far, of all categories.
    pub fn calls(&self) -> u64 {
        self.buckets.iter().map(Bucket::calls).sum()
    }

    /// The place of one more Live Tail session, which is free again when this is dropped; `None` where there is none.
    pub fn session(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.sessions).try_acquire_owned().ok()
    }
}

/// The bucket of one category.
#[derive(Debug)]
pub struct Bucket {
    burst: f64,
    per_second: f64,
    state: Mutex<State>,
    calls: AtomicU64,
    throttles: AtomicU64,
}

#[derive(Debug)]
struct State {
    /// Below zero: calls that wait for their token.
    tokens: f64,
    filled: Instant,
    /// The speed at which it fills, as a part of the usual one.
    speed: f64,
    /// Calls in a row that were throttled.
    throttled: u32,
    /// Until when nothing is asked.
    resumes: Instant,
    /// When the calls of the last minute were made.
    recent: VecDeque<Instant>,
    /// When one was answered last.
    answered: Option<Timestamp>,
}

impl Bucket {
    fn new(category: Category) -> Self {
        let (burst, per_second) = category.limit();
        let burst = (f64::from(burst) * SHARE).max(1.0);
        let now = Instant::now();
        let state = State {
            tokens: burst,
            filled: now,
            speed: 1.0,
            throttled: 0,
            resumes: now,
            recent: VecDeque::new(),
            answered: None,
        };
        Self {
            burst,
            per_second: f64::from(per_second) * SHARE,
            state: Mutex::new(state),
            calls: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
        }
    }

    /// Waits until one more call may be made.
    pub async fn take(&self) {
        let at = self.reserve(Instant::now());
        sleep_until(at).await;
        self.calls.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        state.recent.push_back(now);
        last_minute(&mut state.recent, now);
    }

    /// Takes a token; returns when it may be used.
    fn reserve(&self, now: Instant) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let speed = self.per_second * state.speed;
        let filled = now.saturating_duration_since(state.filled).as_secs_f64() * speed;
        state.tokens = (state.tokens + filled).min(self.burst) - 1.0;
        state.filled = now;
        let wait = Duration::from_secs_f64((-state.tokens).max(0.0) / speed);
        (now + wait).max(state.resumes)
    }

    /// A call was answered.
    pub fn answered(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.throttled = 0;
        state.answered = Some(Timestamp::now());
        state.speed = (state.speed * 1.5).min(1.0);
    }

    /// A call was refused because there were too many.
    pub fn throttled(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = FIRST_PAUSE.saturating_mul(1 << state.throttled.min(8)).min(LONGEST_PAUSE);
        state.throttled = state.throttled.saturating_add(1);
        state.speed = (state.speed / 2.0).max(SLOWEST);
        state.resumes = Instant::now() + pause;
    }

    /// Calls made so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// What there is to say of the calls of that category.
    fn told(&self, whom: &Arc<str>, category: Category) -> Calls {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, per_second) = category.limit();
        Calls {
            id: CallsId { whom: Arc::clone(whom), category: category.name() },
            made: self.calls(),
            last_minute: last_minute(&mut state.recent, Instant::now()),
            allowed: per_second * 60,
            refused: self.throttles(),
            speed: state.speed,
            answered: state.answered,
        }
    }

    /// How many of them were refused because there were too many.
    pub fn throttles(&self) -> u64 {
        self.throttles.load(Ordering::Relaxed)
    }
}

/// Forgets calls from more than a minute ago; how many are left.
fn last_minute(recent: &mut VecDeque<Instant>, now: Instant) -> u32 {
    while recent.front().is_some_and(|at| now.duration_since(*at) >= MINUTE) {
        recent.pop_front();
    }
    u32::try_from(recent.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_its_own_bucket() {
        let budget = Budget::default();
        for (place, category) in Category::ALL.into_iter().enumerate() {
            assert_eq!(category as usize, place, "{}", category.name());
            let (burst, _) = category.limit();
            assert!(budget.of(category).burst <= f64::from(burst) * SHARE + 1.0);
        }
    }

    #[test]
    fn a_session_that_is_over_makes_room_for_another() {
        let budget = Budget::default();
        let mut open: Vec<_> = (0..SESSIONS).filter_map(|_| budget.session()).collect();
        assert!(open.len() == SESSIONS && budget.session().is_none());
        open.pop();
        assert!(budget.session().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_our_share_is_ever_taken() {
        let bucket = Bucket::new(Category::Services);
        let begun = Instant::now();
        for _ in 0..40 {
            bucket.take().await;
        }
        assert_eq!(begun.elapsed(), Duration::ZERO, "the burst");
        for _ in 0..80 {
            bucket.take().await;
        }
        let took = begun.elapsed().as_secs_f64();
        assert!((9.9..10.1).contains(&took), "8 a second: {took}");
        assert_eq!(bucket.calls(), 120);
        let told = |bucket: &Bucket| bucket.told(&Arc::from("aws"), Category::Services);
        assert_eq!((told(&bucket).last_minute, told(&bucket).allowed), (120, 1200));
        tokio::time::sleep(Duration::from_secs(51)).await;
        assert!(
            (70..80).contains(&told(&bucket).last_minute),
            "the burst is a minute old: {:?}",
            told(&bucket)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_wait_are_served_one_after_the_other() {
        let bucket = Bucket::new(Category::LogEvents);
        let now = Instant::now();
        let waits: Vec<_> = (0..5).map(|_| (bucket.reserve(now) - now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 500, 1000, 1500]);
    }

    #[tokio::test(start_paused = true)]
    async fn throttled_calls_make_the_next_ones_wait_ever_longer_but_not_without_end() {
        let bucket = Bucket::new(Category::Services);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            bucket.throttled();
            let begun = Instant::now();
            bucket.take().await;
            pauses.push(begun.elapsed().as_millis());
        }
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(bucket.throttles(), 7);
        for _ in 0..8 {
            bucket.answered();
        }
        let begun = Instant::now();
        bucket.take().await;
        assert_eq!(begun.elapsed(), Duration::ZERO, "as before");
    }
}
