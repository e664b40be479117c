import { isProps, type Props } from "../../cloud/props";
import { same } from "../../cloud/aws/values";
import type { Kind } from "../protocol/types";
import { HalfDone, ProviderError } from "../protocol/types";
import type { Authorization } from "./authorization";

/** A resource type whose calls to AWS are authorized one by one; previews make none. */
export function authorizedKind(kind: Kind, type: string, authorization: Authorization): Kind {
    return {
        check: (...args) => kind.check(...args),
        diff: (...args) => kind.diff(...args),
        foresee: (news, context) => kind.foresee?.(news, context) ?? kind.create(news, context, true),

        async create(news, context, preview) {
            if (preview) {
                return kind.create(news, context, true);
            }
            authorization.resource("create", { type, id: undefined, properties: news });
            const created = await kind.create(news, context, false);
            const about = { type, id: created.id, properties: created.state };
            try {
                authorization.resource("created", about);
                authorization.resource("read", about);
            } catch (error) {
                throw error instanceof ProviderError ? new HalfDone(error.message, created) : error;
            }
            return created;
        },

        async update(id, state, news, context, preview) {
            if (!preview) {
                const properties = { ...state, ...news };
                authorization.resource("update", { type, id, properties }, changedIn(state, news));
                authorization.resource("read", { type, id, properties });
            }
            return kind.update(id, state, news, context, preview);
        },

        async read(id, state, inputs, context) {
            authorization.resource("read", { type, id, properties: { ...inputs, ...state } });
            return kind.read(id, state, inputs, context);
        },

        async delete(id, state, context) {
            authorization.resource("delete", { type, id, properties: state });
            return kind.delete(id, state, context);
        },
    };
}

/** The properties that an update changes; tags that only the provider's configuration changes count as tags. */
function changedIn(state: Props, news: Props): string[] {
    const changed = Object.keys(news).filter((name) => !same(state[name], news[name]));
    const removed = isProps(state["tags"]) && news["tags"] === undefined ? ["tags"] : [];
    return [...changed, ...removed];
}
