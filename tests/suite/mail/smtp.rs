//! The mail server of a test: `smtp_server.py` under aiosmtpd, and the mails it kept.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// A running mail server. It ends with the test.
pub struct MailServer {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    folder: TempDir,
    pub port: u16,
}

/// A mail that was accepted.
#[derive(Clone, Debug)]
pub struct Kept {
    pub to: String,
    pub message_id: String,
    pub raw: String,
}

impl MailServer {
    /// Starts a server: `plain`, `starttls` or `implicit`.
    pub fn start(mode: &str) -> MailServer {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        if mode != "plain" {
            make_certificates(folder.path());
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/mail/smtp_server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args([folder.path().to_str().expect("UTF-8"), mode])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python is there (scripts/need mail)");
        let stdin = child.stdin.take().expect("a pipe");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server says its port");
        let port = line.trim().parse().expect("a port (scripts/need mail installs aiosmtpd)");
        MailServer { child, stdin, stdout, folder, port }
    }

    /// Gives the server an order and waits until it obeys.
    pub fn order(&mut self, words: &str) {
        writeln!(self.stdin, "{words}").expect("the server reads");
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("the server answers");
        assert_eq!(line.trim(), "ok");
    }

    pub fn ca_file(&self) -> std::path::PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// All mails that were accepted.
    pub fn kept(&self) -> Vec<Kept> {
        let mut mails = Vec::new();
        for entry in fs::read_dir(self.folder.path()).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                mails.push(Kept::read(&String::from_utf8(fs::read(path).expect("a mail")).expect("mails are ASCII")));
            }
        }
        mails
    }

    /// How often each Message-ID arrived.
    pub fn arrivals(&self) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        self.kept().into_iter().for_each(|mail| *count.entry(mail.message_id).or_default() += 1);
        count
    }
}

impl Kept {
    pub fn read(raw: &str) -> Kept {
        let (head, _) = raw.split_once("\r\n\r\n").expect("a mail has a head");
        let header = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_default().trim().to_owned()
        };
        Kept { to: header("X-Rcpt:"), message_id: header("Message-ID:"), raw: raw.to_owned() }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A root of our own with a certificate for localhost, and one that nobody signed.
fn make_certificates(folder: &Path) {
    let openssl = |args: &str| {
        let ran = Command::new("openssl").args(args.split(' ')).current_dir(folder).output().expect("openssl is there");
        assert!(ran.status.success(), "{args}: {}", String::from_utf8_lossy(&ran.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=test-root -days 30"));
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").expect("the folder is writable");
    let sign = "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 30";
    openssl(&format!("{sign} -extfile names"));
    let names = "-addext subjectAltName=DNS:localhost";
    openssl(&format!("req -x509 {key} -keyout wrong.key -out wrong.pem -subj /CN=localhost -days 30 {names}"));
}
