// Hands bytes to the reader as a file. Nothing leaves the browser.

export function save(name: string, bytes: Uint8Array<ArrayBuffer> | Blob): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
