//! Containers: the list, and the processes of one. (What inspecting one answers is a tree, and is kept as one.)

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
