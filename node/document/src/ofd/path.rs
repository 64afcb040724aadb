//! Paths inside a package (ST_Loc, GB/T 33190-2016, 7.3). It knows nothing of what lies there.

/// The folder of a file, with the `/` at its end; empty for the package's own.
pub fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| path.get(..=at).unwrap_or_default())
}

/// A path inside the package: absolute ones from its root, others from `folder`.
pub fn join(folder: &str, path: &str) -> String {
    let path = path.trim();
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        assert_eq!(
            join(folder("Doc_0/Signs/Signatures.xml"), "Sign_0/Signature.xml"),
            "Doc_0/Signs/Sign_0/Signature.xml"
        );
        assert_eq!(join("Doc_0/", "/OFD.xml"), "OFD.xml");
        assert_eq!(join("Doc_0/Signs/", " ../../../Res/./a.png "), "Res/a.png");
        assert_eq!(folder("OFD.xml"), "");
    }
}
