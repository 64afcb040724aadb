//! Numbers about the sources: lines of a file and of a function without their tests, arguments, rows of pen samples.
//! What is too much is the ratchet's business.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Signature, Type};

use super::checkout::{Checkout, File};
use super::finding::Finding;
use super::signatures::sample_rows;

/// What is measured. The name is that of the table in the list of exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Lines of a file without its tests.
    FileLines,
    /// Lines of a function from its name to its closing brace.
    FunctionLines,
    /// Arguments of a function without `self`.
    Arguments,
    /// Consecutive lines that look like pen samples.
    SampleRows,
}

/// Measured values by what is measured and where.
pub type Measures = BTreeMap<(Measure, String), usize>;

/// Measures every file.
pub fn all(checkout: &Checkout) -> Measures {
    let mut measures = Measures::new();
    for file in &checkout.files {
        measures.insert((Measure::SampleRows, file.path.clone()), sample_rows(&file.text));
        if file.is_rust() && !file.is_test() {
            measure_rust(file, &mut measures);
        }
    }
    measures
}

/// A source that is not Rust cannot be measured, and that is a finding.
pub fn unparsed(file: &File) -> Vec<Finding> {
    match syn::parse_file(&file.text) {
        Err(error) if file.is_rust() => {
            let line = error.span().start().line;
            vec![Finding { line, ..Finding::whole(&file.path, format!("does not parse: {error}")) }]
        }
        _ => Vec::new(),
    }
}

fn measure_rust(file: &File, measures: &mut Measures) {
    let Ok(parsed) = syn::parse_file(&file.text) else { return };
    let tests: usize =
        parsed.items.iter().filter(|item| is_test(attributes(item))).map(|item| lines(item.span())).sum();
    measures.insert((Measure::FileLines, file.path.clone()), file.text.lines().count() - tests);
    Functions { path: &file.path, owner: None, measures }.visit_file(&parsed);
}

fn lines(span: Span) -> usize {
    span.end().line - span.start().line + 1
}

/// The attributes of the kinds of item that tests are made of.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Fn(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// `#[test]`, `#[tokio::test]` or `#[cfg(test)]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        let cfg_test = attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|argument| argument.is_ident("test"));
        cfg_test || last.is_some_and(|segment| segment.ident == "test")
    })
}

/// Walks functions, nested ones too, and leaves tests out.
struct Functions<'a> {
    path: &'a str,
    owner: Option<String>,
    measures: &'a mut Measures,
}

impl Functions<'_> {
    fn measure(&mut self, signature: &Signature, block: &Block) {
        let place: Vec<&str> = [self.path].into_iter().chain(self.owner.as_deref()).collect();
        let place = format!("{}::{}", place.join("::"), signature.ident);
        let lines = block.span().end().line - signature.span().start().line + 1;
        let arguments = signature.inputs.len() - usize::from(signature.receiver().is_some());
        self.raise(Measure::FunctionLines, &place, lines);
        self.raise(Measure::Arguments, &place, arguments);
    }
    /// Functions of one name in one file (two trait implementations, say) share a place: the largest counts.
    fn raise(&mut self, measure: Measure, place: &str, value: usize) {
        let slot = self.measures.entry((measure, place.to_owned())).or_default();
        *slot = value.max(*slot);
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let outer = self.owner.replace(type_name(&item.self_ty));
        visit::visit_item_impl(self, item);
        self.owner = outer;
    }
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_test(&item.attrs) {
            self.measure(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }
    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_test(&item.attrs) {
            self.measure(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => path.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        _ => "_".to_owned(),
    }
}

#[cfg(test)]
mod tests;
