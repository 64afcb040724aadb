//! `chirograph`: the daemon and the command line. Everything is in the library; this only starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    node::tls::install_provider();
    node::cli::main()
}
