import { Metadata, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { quoted } from "../../../toolkit/shown";
import { tell } from "../../../toolkit/terminal";
import { HalfDone, ProviderError } from "./types";
import { toStruct } from "./wire";

/** The gRPC error of a failed call. */
export interface Failed {
    readonly code: status;
    readonly details: string;
    readonly metadata?: Metadata;
}

/**
 * Shows a {@link ProviderError} as it is; reports anything else as a bug of the stand-in, with its stack on standard
 * error. After FAILED_PRECONDITION the engine assumes that nothing was created; after INTERNAL it records the operation
 * as pending (resourceStateAndError in pulumi/pulumi, provider_plugin.go).
 */
export function failed(error: unknown, name: string): Failed {
    if (error instanceof ProviderError) {
        const known = { code: status.FAILED_PRECONDITION, details: error.message };
        return error instanceof HalfDone ? { ...known, metadata: leftBehind(error) } : known;
    }
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    tell(quoted(stack ?? message));
    return {
        code: status.INTERNAL,
        details: `a bug in the sandbox's stand-in for ${name}, not in your program: ${message}`,
    };
}

/** gRPC's richer error model: a google.rpc.Status in a header that all its libraries support. */
function leftBehind({ message, left }: HalfDone): Metadata {
    const detail = new ErrorResourceInitFailed();
    detail.setId(left.id);
    detail.setProperties(toStruct(left.state));
    detail.setReasonsList([message]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const rich = new Status();
    rich.setCode(status.FAILED_PRECONDITION);
    rich.setMessage(message);
    rich.addDetails(any);
    const metadata = new Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
    return metadata;
}
