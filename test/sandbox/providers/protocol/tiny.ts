import { serve } from "../../../../sandbox/providers/protocol/serve";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { HalfDone, ProviderError } from "../../../../sandbox/providers/protocol/types";
import type { Kind } from "../../../../sandbox/providers/protocol/types";
import { changedKeys } from "../../../../sandbox/cloud/props";

/** The smallest stand-in that uses every part of the protocol: a process for service.test.ts. */
const thing: Kind = {
    async check(news, olds) {
        const failures = news["bad"] === true ? [{ property: "bad", reason: "is bad" }] : [];
        return { inputs: { ...news, first: olds === undefined }, failures };
    },
    async diff(_id, _state, olds, news) {
        const changed = changedKeys(olds, news);
        return {
            changed,
            replace: changed.filter((key) => key === "name"),
            deleteBeforeReplace: changed.includes("name"),
        };
    },
    async create(news, context, preview) {
        if (news["refused"] === true) {
            throw new ProviderError("there is one already");
        }
        if (news["broken"] === true) {
            throw new Error("out of order");
        }
        if (news["half"] === true) {
            throw new HalfDone("made, but lame", { id: "half-1", state: { lame: true } });
        }
        return { id: preview ? "" : `id-${context.name}`, state: { ...news, made: preview ? UNKNOWN : "yes" } };
    },
    async update(_id, state, news) {
        return { ...state, ...news };
    },
    async read(id, state, inputs) {
        return id === "gone"
            ? undefined
            : { id, state: { ...state, imported: inputs === undefined }, inputs: inputs ?? {} };
    },
    async delete() {
        // Nothing is stored.
    },
};

let configuration = {};
serve({
    name: "tiny",
    version: "1.2.3",
    jsonConfig: ["port", "tags"],
    replaceOnConfig: ["region"],
    identityConfig: "identity",
    async checkConfig(config) {
        return config["port"] === "many" ? [{ property: "port", reason: "must be a number" }] : [];
    },
    async configure(config) {
        configuration = config;
    },
    kind: (type) => (type === "tiny:index:Thing" ? thing : undefined),
    async invoke(token, args) {
        return token === "tiny:index:configuration" ? { configuration, args } : undefined;
    },
});
