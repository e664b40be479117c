import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { foresightDir } from "../../cloud/folders";
import { configureProps, readConfig } from "./config";
import { failed } from "./errors";
import { foresee, foundThere, seedOf } from "./foresight";
import { isUnknown } from "../../cloud/props";
import { ProviderError } from "./types";
import { changedKeys } from "../../cloud/props";
import { fromStruct, toStruct } from "./wire";
import type { Context, Difference, Failure, Kind, StandIn } from "./types";

/** The part of every request that identifies the resource. */
interface Addressed {
    getUrn(): string;
    getName(): string;
    getType(): string;
}

/** The service of pulumi/provider.proto over a stand-in; omitted methods return UNIMPLEMENTED, which it expects. */
export function service(standIn: StandIn, onCancel: () => void): UntypedServiceImplementation {
    const foresight = foresightDir();
    const kindOf = (type: string): Kind => {
        const kind = standIn.kind(type);
        if (kind === undefined) {
            throw new ProviderError(
                `the sandbox's stand-in for ${standIn.name} does not support the resource type ${type}`,
            );
        }
        return kind;
    };
    const unary = <Request, Response>(
        answer: (request: Request) => Promise<Response>,
    ): handleUnaryCall<Request, Response> => {
        return (call, callback) => {
            // Through a promise, in case `answer` throws synchronously.
            Promise.resolve(call.request)
                .then(answer)
                .then(
                    (response) => callback(null, response),
                    (error: unknown) => callback(failed(error, standIn.name)),
                );
        };
    };
    const methods: Partial<IResourceProviderServer> = {
        // Secrets, resource references and output values stay disabled: the engine then sends plain values.
        handshake: unary(async () => new messages.ProviderHandshakeResponse()),
        attach: unary(async () => new Empty()),
        // Operations are short and atomic: running ones are allowed to finish, unless a statement waits for a lock.
        cancel: unary(async () => {
            onCancel();
            return new Empty();
        }),
        getPluginInfo: unary(async () => {
            const response = new PluginInfo();
            response.setVersion(standIn.version);
            return response;
        }),
        getSchema: unary(async () => {
            const response = new messages.GetSchemaResponse();
            response.setSchema(JSON.stringify({ name: standIn.name, version: standIn.version }));
            return response;
        }),
        checkConfig: unary(async (request) => {
            const config = readConfig(standIn, fromStruct(request.getNews()));
            const response = new messages.CheckResponse();
            response.setInputs(request.getNews());
            response.setFailuresList(((await standIn.checkConfig?.(config)) ?? []).map(failureMessage));
            return response;
        }),
        diffConfig: unary(async (request) => {
            const olds = fromStruct(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
            const news = fromStruct(request.getNews());
            const changed = changedKeys(olds, news);
            const identity = standIn.identityConfig ?? "";
            const [old, own] = [olds[identity], news[identity]];
            const replacing = changed.filter((key) => standIn.replaceOnConfig?.includes(key) && !isUnknown(news[key]));
            // Adding or removing the identity replaces nothing by itself.
            const replace =
                own === undefined || old === undefined ? replacing : changed.includes(identity) ? [identity] : [];
            return diffMessage({ changed, replace });
        }),
        configure: unary(async (request) => {
            await standIn.configure(readConfig(standIn, configureProps(request)));
            const response = new messages.ConfigureResponse();
            response.setSupportspreview(true);
            return response;
        }),
        check: unary(async (request) => {
            const addressed = contextOf(request);
            const randomSeed = foresight === undefined ? request.getRandomseed_asU8() : seedOf(addressed.urn);
            const context: Context = { ...addressed, randomSeed };
            // The engine sends an empty object if there was no resource before.
            const olds = fromStruct(request.getOlds());
            const known = Object.keys(olds).length === 0 ? undefined : olds;
            const checked = await kindOf(context.type).check(fromStruct(request.getNews()), known, context);
            const response = new messages.CheckResponse();
            response.setInputs(toStruct(checked.inputs));
            response.setFailuresList(checked.failures.map(failureMessage));
            return response;
        }),
        diff: unary(async (request) => {
            const state = fromStruct(request.getOlds());
            const olds = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : state;
            const kind = kindOf(contextOf(request).type);
            return diffMessage(await kind.diff(request.getId(), state, olds, fromStruct(request.getNews())));
        }),
        create: unary(async (request) => {
            const context = contextOf(request);
            const [kind, news] = [kindOf(context.type), fromStruct(request.getProperties())];
            const created =
                request.getPreview() && foresight !== undefined
                    ? await foresee(kind, news, context, foresight)
                    : await kind.create(news, context, request.getPreview());
            const response = new messages.CreateResponse();
            response.setId(created.id);
            response.setProperties(toStruct(created.state));
            return response;
        }),
        read: unary(async (request) => {
            const context = contextOf(request);
            const inputs = request.hasInputs() ? fromStruct(request.getInputs()) : undefined;
            const reading = kindOf(context.type).read(
                request.getId(),
                fromStruct(request.getProperties()),
                inputs,
                context,
            );
            const current = await (foresight === undefined || inputs !== undefined
                ? reading
                : foundThere(reading, request.getId()));
            const response = new messages.ReadResponse();
            if (current !== undefined) {
                response.setId(current.id);
                response.setProperties(toStruct(current.state));
                response.setInputs(toStruct(current.inputs));
            }
            return response;
        }),
        update: unary(async (request) => {
            const context = contextOf(request);
            const state = fromStruct(request.getOlds());
            const news = fromStruct(request.getNews());
            const response = new messages.UpdateResponse();
            const updated = await kindOf(context.type).update(
                request.getId(),
                state,
                news,
                context,
                request.getPreview(),
            );
            response.setProperties(toStruct(updated));
            return response;
        }),
        delete: unary(async (request) => {
            const context = contextOf(request);
            await kindOf(context.type).delete(request.getId(), fromStruct(request.getProperties()), context);
            return new Empty();
        }),
        invoke: unary(async (request) => {
            const token = request.getTok();
            const result = await standIn.invoke?.(token, fromStruct(request.getArgs()));
            if (result === undefined) {
                throw new ProviderError(
                    `the sandbox's stand-in for ${standIn.name} does not support the function ${token}`,
                );
            }
            const response = new messages.InvokeResponse();
            response.setReturn(toStruct(result));
            return response;
        }),
        construct: unary(async (request) => {
            if (standIn.construct === undefined) {
                throw new ProviderError(
                    `the sandbox's stand-in for ${standIn.name} does not support the component ${request.getType()}`,
                );
            }
            return standIn.construct(request);
        }),
    };
    // gRPC calls a service without some of its methods "untyped".
    return methods as UntypedServiceImplementation;
}

/** Engines send the name and the type; the URN (`urn:pulumi:stack::project::parent$type::name`) contains both. */
function contextOf(request: Addressed): Context {
    const [, , chain = "", name = ""] = request.getUrn().split("::");
    const type = chain.slice(chain.lastIndexOf("$") + 1);
    return { urn: request.getUrn(), name: request.getName() || name, type: request.getType() || type };
}

function failureMessage(failure: Failure): messages.CheckFailure {
    const message = new messages.CheckFailure();
    message.setProperty(failure.property);
    message.setReason(failure.reason);
    return message;
}

function diffMessage(difference: Difference): messages.DiffResponse {
    const { SOME, NONE } = {
        SOME: messages.DiffResponse.DiffChanges.DIFF_SOME,
        NONE: messages.DiffResponse.DiffChanges.DIFF_NONE,
    };
    const response = new messages.DiffResponse();
    response.setChanges(difference.changed.length + difference.replace.length > 0 ? SOME : NONE);
    response.setDiffsList([...difference.changed]);
    response.setReplacesList([...difference.replace]);
    response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
    return response;
}
