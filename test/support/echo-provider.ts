import { serve } from "../../sandbox/providers/protocol/serve";
import { UNKNOWN } from "../../sandbox/cloud/props";
import type { Props } from "../../sandbox/cloud/props";
import type { Kind } from "../../sandbox/providers/protocol/types";

/**
 * A provider that accepts every type and every argument: the tests of the policy pack need resources of any type, valid or
 * not, independent of AWS's own validation. Ids and ARNs are unknown in a preview, as with AWS, and the
 * id is among the outputs, as the AWS provider has it.
 */
const outputs = (news: Props, name: string, preview: boolean): Props => {
    const known = {
        id: name,
        arn: `arn:aws:iam::111122223333:policy/${name}`,
        clusterResourceId: `cluster-${name.toUpperCase()}`,
    };
    return { ...news, ...(preview ? { id: UNKNOWN, arn: UNKNOWN, clusterResourceId: UNKNOWN } : known) };
};

const echo: Kind = {
    check: async (news) => ({ inputs: news, failures: [] }),
    diff: async () => ({ changed: [], replace: [] }),
    create: async (news, context, preview) => ({
        id: preview ? "" : context.name,
        state: outputs(news, context.name, preview),
    }),
    update: async (_id, _state, news, context, preview) => outputs(news, context.name, preview),
    read: async (id, state, inputs) => ({ id, state, inputs: inputs ?? {} }),
    delete: async () => undefined,
};

serve({ name: "echo", version: "1.0.0", configure: async () => undefined, kind: () => echo });
