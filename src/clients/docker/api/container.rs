//! Containers: the list, what inspecting one tells, and the processes of one.

use std::collections::BTreeMap;

use super::answer;

answer! {
    /// One container of the list.
    Summary {
        /// The full id.
        id: String = "Id",
        /// Its names, each with a slash in front.
        names: Vec<String> = "Names",
        /// The image as the container names it; its id where the name has gone to another image since.
        image: String = "Image",
        /// The id of the image.
        image_id: String = "ImageID",
        /// The command line.
        command: String = "Command",
        /// When it was created, in seconds since 1970.
        created: i64 = "Created",
        /// Its ports.
        ports: Vec<Port> = "Ports",
        /// Its labels.
        labels: BTreeMap<String, String> = "Labels",
        /// `running`, `exited`, …
        state: String = "State",
        /// The state in words: `Up 5 minutes (healthy)`, `Exited (137) 2 hours ago`.
        status: String = "Status",
        /// What is mounted into it.
        mounts: Vec<Mount> = "Mounts",
        /// Its networks.
        networks: Networks = "NetworkSettings",
    }
}

answer! {
    /// A port of a container.
    Port {
        /// The address on the host; empty where it is not published.
        address: String = "IP",
        /// The port in the container.
        private: u16 = "PrivatePort",
        /// The port on the host; 0 where it is not published.
        public: u16 = "PublicPort",
        /// `tcp`, `udp`, `sctp`.
        protocol: String = "Type",
    }
}

answer! {
    /// Something mounted into a container.
    Mount {
        /// `bind`, `volume`, `tmpfs`, …
        kind: String = "Type",
        /// The volume's name.
        name: String = "Name",
        /// The path on the host.
        source: String = "Source",
        /// The path in the container.
        destination: String = "Destination",
    }
}

answer! {
    /// The networks of a container.
    Networks {
        /// By the network's name.
        by_name: BTreeMap<String, Attachment> = "Networks",
    }
}

answer! {
    /// A container's place in a network.
    Attachment {
        /// The network's id.
        network_id: String = "NetworkID",
        /// The container's address in it.
        address: String = "IPAddress",
    }
}

answer! {
    /// The processes of a container.
    Processes {
        /// The heads of the columns, as the host's `ps` names them.
        titles: Vec<String> = "Titles",
        /// One row a process.
        rows: Vec<Vec<String>> = "Processes",
    }
}

answer! {
    /// What inspecting a container tells, as far as it is used; a screen that shows all of it reads it as a tree.
    Detail {
        /// The full id.
        id: String = "Id",
        /// Its name, with a slash in front.
        name: String = "Name",
        /// When it was created, in RFC 3339.
        created: String = "Created",
        /// The program.
        program: String = "Path",
        /// The program's arguments.
        arguments: Vec<String> = "Args",
        /// What it is doing, and since when.
        state: State = "State",
        /// The id of the image.
        image_id: String = "Image",
        /// Restarts by its restart policy.
        restarts: u32 = "RestartCount",
        /// What it was made of.
        config: Config = "Config",
        /// What the host does for it.
        host: HostConfig = "HostConfig",
        /// What is mounted into it.
        mounts: Vec<Mount> = "Mounts",
        /// Its networks and ports.
        networks: NetworkDetail = "NetworkSettings",
    }
}

answer! {
    /// What a container is doing.
    State {
        /// `running`, `exited`, …
        status: String = "Status",
        /// How its first process ended.
        exit_code: i64 = "ExitCode",
        /// Whether the kernel ended it for want of memory.
        out_of_memory: bool = "OOMKilled",
        /// Why the engine could not start it.
        error: String = "Error",
        /// When it was last started, in RFC 3339; the year 1 where it never was.
        started: String = "StartedAt",
        /// When it last ended, in RFC 3339; the year 1 where it never did.
        finished: String = "FinishedAt",
        /// Its health check.
        health: Health = "Health",
    }
}

answer! {
    /// The verdict of a health check.
    Health {
        /// `starting`, `healthy`, `unhealthy`; empty or `none` where there is no check.
        status: String = "Status",
        /// The last checks, the newest last.
        log: Vec<Check> = "Log",
    }
}

answer! {
    /// One check of a container's health.
    Check {
        /// What it said.
        output: String = "Output",
    }
}

answer! {
    /// What a container was made of.
    Config {
        /// The image as it was named.
        image: String = "Image",
        /// Its labels.
        labels: BTreeMap<String, String> = "Labels",
        /// Whether its first process has a terminal.
        terminal: bool = "Tty",
        /// Its health check.
        health_check: HealthCheck = "Healthcheck",
        /// Seconds between its stop signal and SIGKILL; the engine's own choice when `None`.
        grace: Option<i64> = "StopTimeout",
    }
}

answer! {
    /// A health check.
    HealthCheck {
        /// `CMD` and a program with its arguments, or `CMD-SHELL` and a line for the shell.
        test: Vec<String> = "Test",
    }
}

answer! {
    /// What the host does for a container.
    HostConfig {
        /// What happens when it ends.
        restart: RestartPolicy = "RestartPolicy",
        /// Where its output goes.
        log: LogConfig = "LogConfig",
        /// The memory limit in bytes; 0 is none.
        memory: u64 = "Memory",
        /// The limit of processors in billionths; 0 is none.
        nano_cpus: i64 = "NanoCpus",
        /// The limit of processors in microseconds of each period; 0 and −1 are none.
        cpu_quota: i64 = "CpuQuota",
        /// That period in microseconds; 0 is the kernel's own.
        cpu_period: i64 = "CpuPeriod",
        /// The limit of processes; 0 and −1 are none.
        pids: i64 = "PidsLimit",
    }
}

answer! {
    /// What happens when a container ends.
    RestartPolicy {
        /// `no`, `always`, `unless-stopped`, `on-failure`; empty is `no`.
        name: String = "Name",
        /// How often `on-failure` tries again; 0 is without end.
        tries: u32 = "MaximumRetryCount",
    }
}

answer! {
    /// Where the output of a container goes.
    LogConfig {
        /// The log driver: `json-file`, `journald`, `none`, …
        driver: String = "Type",
        /// Its options: `max-size`, `max-file`, …
        options: BTreeMap<String, String> = "Config",
    }
}

answer! {
    /// The networks and ports of a container.
    NetworkDetail {
        /// Where each port is published: by `80/tcp`.
        ports: BTreeMap<String, Option<Vec<Binding>>> = "Ports",
        /// The networks, by name.
        by_name: BTreeMap<String, Attachment> = "Networks",
    }
}

answer! {
    /// A port on the host.
    Binding {
        /// The address.
        address: String = "HostIp",
        /// The port.
        port: String = "HostPort",
    }
}
