// An event's public evidence package, made by the node and fetched in pieces. Whether it is worth anything is found out
// by whoever verifies it, which the page does at once.

import type { Export } from "../gen/chirograph/v1/evidence_pb";
import { evidence } from "./client";

const POLL_MS = 150;
const BYTES_MAX = 256 << 20;

export interface Package {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Begins an export, waits for its end and fetches it. Refusals are thrown as ConnectError. */
export async function exportEvent(event: string, stop: AbortSignal): Promise<Package> {
  let operation = await evidence.createExport({ event }, { signal: stop });
  while (!operation.done) {
    await new Promise((wake) => setTimeout(wake, POLL_MS));
    operation = await evidence.getOperation({ name: operation.name }, { signal: stop });
  }
  if (operation.result.case !== "response") throw new Error(operation.result.value?.message ?? "the export failed");
  return fetched(operation.name, operation.result.value, stop);
}

async function fetched(name: string, made: Export, stop: AbortSignal): Promise<Package> {
  const bytes = await received(evidence.downloadExport({ name }, { signal: stop }));
  if (BigInt(bytes.length) !== made.size) throw new Error("the package is not as long as was said");
  return { name: made.fileName, bytes };
}

/** The pieces of a package as one. */
export async function received(pieces: AsyncIterable<{ piece: Uint8Array }>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const { piece } of pieces) {
    size += piece.length;
    if (size > BYTES_MAX) throw new Error("the package is too large for this page; use chirograph export");
    all.push(piece);
  }
  const bytes = new Uint8Array(size);
  all.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return bytes;
}
