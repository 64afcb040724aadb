// The node that served this page, by typed gRPC-web clients generated from its own protocol files.

import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { AccessService } from "../gen/chirograph/v1/access_pb";
import { EvidenceService } from "../gen/chirograph/v1/evidence_pb";
import { QueryService, StatusService, SubmissionService, VerificationService } from "../gen/chirograph/v1/service_pb";

const transport = createGrpcWebTransport({ baseUrl: location.origin, defaultTimeoutMs: 75_000 });

export const submission = createClient(SubmissionService, transport);
export const query = createClient(QueryService, transport);
export const status = createClient(StatusService, transport);
export const verification = createClient(VerificationService, transport);
export const evidence = createClient(EvidenceService, transport);
export const access = createClient(AccessService, transport);
