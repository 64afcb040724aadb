//! A person's key and certificate, made and used by the `openssl` command, and a hole in a PDF for the signature.

use super::maker::update;
use std::process::Command;
use tempfile::TempDir;

pub struct Signer {
    dir: TempDir,
}

/// Room for a signature, in bytes.
const ROOM: usize = 6000;

pub fn openssl() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|o| o.status.success());
    if !there {
        eprintln!("skipped: there is no openssl command");
    }
    there
}

impl Signer {
    pub fn new(name: &str) -> Self {
        let this = Self { dir: tempfile::tempdir().unwrap() };
        let subject = format!("/CN={name}");
        this.run(&[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "99",
            "-utf8", "-subj", &subject,
        ]);
        this
    }
    fn run(&self, arguments: &[&str]) {
        let out = Command::new("openssl").args(arguments).current_dir(self.dir.path()).output().unwrap();
        assert!(out.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
    pub fn certificate(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("cert.pem")).unwrap()
    }
    /// A detached CMS message over `data`.
    pub fn cms(&self, data: &[u8]) -> Vec<u8> {
        std::fs::write(self.dir.path().join("data"), data).unwrap();
        self.run(&[
            "cms", "-sign", "-binary", "-in", "data", "-signer", "cert.pem", "-inkey", "key.pem", "-outform", "DER",
            "-out", "out",
        ]);
        std::fs::read(self.dir.path().join("out")).unwrap()
    }
    /// `file` with a signature field number `n` (from 0) on its page, signed.
    pub fn sign(&self, file: &[u8], n: u32) -> Vec<u8> {
        let fields: Vec<String> = (0..=n).map(|i| format!("{} 0 R", 8 + 2 * i)).collect();
        let fields = fields.join(" ");
        let page =
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [{fields}] >>");
        sign_fields(file, &Place { n, fields, page, ..Place::default() }, &|data| self.cms(data))
    }
    /// The first signature, on a page that looks like this.
    pub fn sign_page(&self, file: &[u8], page: &str) -> Vec<u8> {
        sign_fields(file, &Place { page: page.to_owned(), ..Place::default() }, &|data| self.cms(data))
    }
    /// In a place of one's own choice.
    pub fn sign_at(&self, file: &[u8], place: &Place) -> Vec<u8> {
        sign_fields(file, place, &|data| self.cms(data))
    }
}

/// `SubFilter` of what OpenSSL signs here.
const FORM: &str = "adbe.pkcs7.detached";

/// Makes the value of a signature over these bytes.
type Sign<'s> = &'s dyn Fn(&[u8]) -> Vec<u8>;

/// The first signature in a file, of this form.
pub fn sign_as(file: &[u8], form: &str, sign: Sign<'_>) -> Vec<u8> {
    sign_fields(file, &Place { form: form.to_owned(), ..Place::default() }, sign)
}

/// Where and how to sign.
#[derive(Clone)]
pub struct Place {
    /// Number of the signature, from 0: object 7, field 8 and so on.
    pub n: u32,
    /// All fields, as references.
    pub fields: String,
    /// The page as it is then.
    pub page: String,
    /// `SubFilter`.
    pub form: String,
    /// Rectangle and more of the field.
    pub field: String,
    /// More of the signature.
    pub signature: String,
    /// More of the catalogue.
    pub catalogue: String,
    /// More objects.
    pub also: Vec<(u32, String)>,
}

impl Default for Place {
    fn default() -> Self {
        let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Annots [8 0 R] >>";
        let [signature, catalogue] = [String::new(), String::new()];
        let field = "/Rect [0 0 0 0]".to_owned();
        let (fields, page, form) = ("8 0 R".to_owned(), page.to_owned(), FORM.to_owned());
        Self { n: 0, fields, page, form, field, signature, catalogue, also: Vec::new() }
    }
}

fn sign_fields(file: &[u8], place: &Place, sign: Sign<'_>) -> Vec<u8> {
    let Place { n, fields, page, form, field, signature, catalogue, also } = place;
    let sig = 7 + 2 * n;
    let hole = "0".repeat(2 * ROOM);
    let range = "/ByteRange [0 aaaaaaaaaa bbbbbbbbbb cccccccccc]";
    let value = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /{form} /M (D:20261122070000Z) {signature} {range} /Contents <{hole}> >>"
    );
    let widget = format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (s{n}) /V {sig} 0 R {field} /P 3 0 R >>");
    let root = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] /SigFlags 3 >> {catalogue} >>");
    let mut objects = vec![(sig, value), (sig + 1, widget), (3, page.clone()), (1, root)];
    objects.extend(also.iter().cloned());
    fill(update(file, &objects), range, sign)
}

fn fill(file: Vec<u8>, range: &str, sign: Sign<'_>) -> Vec<u8> {
    let mut file = file;
    let find = |file: &[u8], what: &[u8]| file.windows(what.len()).rposition(|w| w == what).unwrap();
    let at = find(&file, range.as_bytes());
    let open = find(&file, b"/Contents <0") + 10;
    let close = open + 2 + 2 * ROOM;
    let numbers = format!("/ByteRange [0 {open:010} {close:010} {:010}]", file.len() - close);
    file[at..at + range.len()].copy_from_slice(numbers.as_bytes());
    let message = sign(&[&file[..open], &file[close..]].concat());
    let hex: String = message.iter().map(|b| format!("{b:02x}")).collect();
    file[open + 1..open + 1 + hex.len()].copy_from_slice(hex.as_bytes());
    file
}
