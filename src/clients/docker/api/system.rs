//! The engine itself: what it is, what it runs on, and the disk that it takes.

use super::answer;
use super::volume::Volume;

answer! {
    /// What an engine says about itself and its host.
    Info {
        /// The engine's own id.
        id: String = "ID",
        /// The host's name.
        name: String = "Name",
        /// The engine's version.
        version: String = "ServerVersion",
        /// The operating system in words.
        os: String = "OperatingSystem",
        /// The kernel's version.
        kernel: String = "KernelVersion",
        /// The processor's architecture.
        architecture: String = "Architecture",
        /// Processors.
        cpus: u32 = "NCPU",
        /// Memory in bytes.
        memory: u64 = "MemTotal",
        /// Running containers.
        running: u32 = "ContainersRunning",
        /// Paused containers.
        paused: u32 = "ContainersPaused",
        /// Containers that do not run.
        stopped: u32 = "ContainersStopped",
        /// Images.
        images: u32 = "Images",
        /// The storage driver.
        storage: String = "Driver",
        /// The log driver of containers that name none.
        log_driver: String = "LoggingDriver",
        /// `1` or `2`; empty in engines that do not say.
        cgroup_version: String = "CgroupVersion",
        /// What its clock shows.
        time: String = "SystemTime",
        /// The engine's warnings about itself.
        warnings: Vec<String> = "Warnings",
    }
}

answer! {
    /// The versions of an engine and of its parts.
    Version {
        /// The engine's version.
        version: String = "Version",
        /// The newest version of the API that it speaks.
        api: String = "ApiVersion",
        /// The oldest version of the API that it accepts.
        oldest_api: String = "MinAPIVersion",
        /// Its parts; the first is the engine: `Engine`, `Podman Engine`.
        components: Vec<Component> = "Components",
    }
}

answer! {
    /// A part of an engine.
    Component {
        /// Its name.
        name: String = "Name",
        /// Its version.
        version: String = "Version",
    }
}

answer! {
    /// What takes the disk.
    DiskUse {
        /// All image layers, in bytes.
        layers: i64 = "LayersSize",
        /// The images.
        images: Vec<ImageUse> = "Images",
        /// The containers.
        containers: Vec<ContainerUse> = "Containers",
        /// The volumes.
        volumes: Vec<Volume> = "Volumes",
        /// The build cache.
        build_cache: Vec<CacheUse> = "BuildCache",
    }
}

answer! {
    /// What an image takes.
    ImageUse {
        /// Its id.
        id: String = "Id",
        /// Bytes, shared layers included.
        size: i64 = "Size",
        /// Bytes of layers that other images share; −1 where the engine did not count.
        shared: i64 = "SharedSize",
        /// Containers made from it.
        containers: i64 = "Containers",
    }
}

answer! {
    /// What a container takes.
    ContainerUse {
        /// Its id.
        id: String = "Id",
        /// `running`, `exited`, …
        state: String = "State",
        /// Bytes of its writable layer.
        size: i64 = "SizeRw",
    }
}

answer! {
    /// What a record of the build cache takes.
    CacheUse {
        /// Bytes.
        size: i64 = "Size",
        /// Whether a build uses it right now.
        in_use: bool = "InUse",
        /// Whether other records share it: its bytes are counted with them.
        shared: bool = "Shared",
    }
}
