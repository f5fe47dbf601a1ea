//! The keywords of an SSH configuration (`ssh_config(5)` of OpenSSH 10), and how the value of each is read.

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One word; the first one that is set counts.
    Word,
    /// A number of a port, or the name of a service that has one.
    Port,
    /// Yes or no.
    Flag,
    /// What happens with hosts that are not known.
    Strict,
    /// Files, all of which count together; the first list that is set counts.
    Files,
    /// One file; all that are set count, in their order.
    Many,
    /// Hosts to go through; not beside a command.
    Jump,
    /// A command: all that follows. Not beside hosts to go through.
    Command,
    /// It means nothing here.
    Ignored,
}

/// How the value of `keyword`, in small letters, is read; and the name under which it is kept, for some have two.
pub(super) fn of(keyword: &str) -> Option<(&str, Kind)> {
    let kind = match keyword {
        "hostname"
        | "user"
        | "hostkeyalias"
        | "identityagent"
        | "revokedhostkeys"
        | "pubkeyauthentication" => Kind::Word,
        "port" => Kind::Port,
        "identitiesonly" | "passwordauthentication" | "kbdinteractiveauthentication" | "hashknownhosts" => {
            Kind::Flag
        }
        "challengeresponseauthentication" | "skeyauthentication" | "tisauthentication" => {
            return Some(("kbdinteractiveauthentication", Kind::Flag));
        }
        "dsaauthentication" => return Some(("pubkeyauthentication", Kind::Word)),
        "stricthostkeychecking" => Kind::Strict,
        "userknownhostsfile" | "globalknownhostsfile" => Kind::Files,
        "identityfile" | "certificatefile" => Kind::Many,
        "proxyjump" => Kind::Jump,
        "proxycommand" => Kind::Command,
        other if IGNORED.contains(&other) => Kind::Ignored,
        _ => return None,
    };
    Some((keyword, kind))
}

/// Keywords that change nothing of what is done here. One that stands nowhere is a mistake, here as for OpenSSH.
const IGNORED: &[&str] = &[
    "addkeystoagent",
    "addressfamily",
    "afstokenpassing",
    "batchmode",
    "bindaddress",
    "bindinterface",
    "canonicaldomains",
    "canonicalizefallbacklocal",
    "canonicalizehostname",
    "canonicalizemaxdots",
    "canonicalizepermittedcnames",
    "casignaturealgorithms",
    "channeltimeout",
    "checkhostip",
    "cipher",
    "ciphers",
    "clearallforwardings",
    "compression",
    "compressionlevel",
    "connectionattempts",
    "connecttimeout",
    "controlmaster",
    "controlpath",
    "controlpersist",
    "dynamicforward",
    "enableescapecommandline",
    "enablesshkeysign",
    "escapechar",
    "exitonforwardfailure",
    "fallbacktorsh",
    "fingerprinthash",
    "forkafterauthentication",
    "forwardagent",
    "forwardx11",
    "forwardx11timeout",
    "forwardx11trusted",
    "gatewayports",
    "globalknownhostsfile2",
    "gssapiauthentication",
    "gssapiclientidentity",
    "gssapidelegatecredentials",
    "gssapikeyexchange",
    "gssapikexalgorithms",
    "gssapirenewalforcesrekey",
    "gssapiserveridentity",
    "gssapitrustdns",
    "hostbasedacceptedalgorithms",
    "hostbasedauthentication",
    "hostbasedkeytypes",
    "hostkeyalgorithms",
    "ignoreunknown",
    "ipqos",
    "kbdinteractivedevices",
    "keepalive",
    "kerberosauthentication",
    "kerberostgtpassing",
    "kexalgorithms",
    "knownhostscommand",
    "localcommand",
    "localforward",
    "loglevel",
    "logverbose",
    "macs",
    "nohostauthenticationforlocalhost",
    "numberofpasswordprompts",
    "obscurekeystroketiming",
    "permitlocalcommand",
    "permitremoteopen",
    "pkcs11provider",
    "preferredauthentications",
    "protocol",
    "proxyusefdpass",
    "pubkeyacceptedalgorithms",
    "pubkeyacceptedkeytypes",
    "refuseconnection",
    "rekeylimit",
    "remotecommand",
    "remoteforward",
    "requesttty",
    "requiredrsasize",
    "rhostsauthentication",
    "rhostsrsaauthentication",
    "rsaauthentication",
    "securitykeyprovider",
    "sendenv",
    "serveralivecountmax",
    "serveraliveinterval",
    "sessiontype",
    "setenv",
    "smartcarddevice",
    "stdinnull",
    "streamlocalbindmask",
    "streamlocalbindunlink",
    "syslogfacility",
    "tag",
    "tcpkeepalive",
    "tunnel",
    "tunneldevice",
    "updatehostkeys",
    "useblacklistedkeys",
    "usekeychain",
    "useprivilegedport",
    "userknownhostsfile2",
    "useroaming",
    "usersh",
    "verifyhostkeydns",
    "versionaddendum",
    "visualhostkey",
    "warnweakcrypto",
    "xauthlocation",
];
