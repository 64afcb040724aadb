// Small PDFs for tests, written by hand: one page, a table of cross-references, nothing that a viewer would complain about.

/** Lays objects out with their cross-references; `previous` is where those of the file before stand. */
function laid(before, objects, trailer) {
  let text = before;
  const places = objects.map(([number, body]) => {
    const at = text.length;
    text += `${number} 0 obj\n${body}\nendobj\n`;
    return `${number} 1\n${String(at).padStart(10, "0")} 00000 n\r\n`;
  });
  const at = text.length;
  return `${text}xref\n0 1\n0000000000 65535 f\r\n${places.join("")}trailer\n${trailer}\nstartxref\n${at}\n%%EOF\n`;
}

const shown = (words) => {
  const content = `BT /F1 18 Tf 60 700 Td (${words}) Tj ET`;
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
};

/** A page that says `words` (ASCII, no brackets). */
export function pdf(words) {
  const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
  const objects = [
    [1, "<< /Type /Catalog /Pages 2 0 R >>"],
    [2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"],
    [3, page],
    [4, shown(words)],
    [5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"],
  ];
  return laid("%PDF-1.7\n", objects, "<< /Size 6 /Root 1 0 R >>");
}

/** The same file, made to say something else by an update behind it. */
export function rewritten(file, words) {
  const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(file)[1];
  return laid(file, [[4, shown(words)]], `<< /Size 99 /Root 1 0 R /Prev ${previous} >>`);
}
