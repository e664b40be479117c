import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { refuse } from "../declaring/declaration";
import { argumentsOf } from "../declaring/schema";
import { normalised, shapeFailures } from "../declaring/shape";
import { text } from "../../../cloud/aws/values";
import { account } from "./account";
import { clusters } from "./clusters";
import type { DataSource } from "./dataSource";
import { databases } from "./databases";
import { lookups } from "./lookups";
import { network } from "./network";

const all: Readonly<Record<string, DataSource>> = { ...account, ...clusters, ...databases, ...lookups, ...network };

/** Answers a data source; undefined for one that the stand-in does not support. Throws the errors in the arguments. */
export function invoke(token: string, args: Props, base: Cloud): Props | undefined {
    const answer = all[token];
    if (answer === undefined) {
        return undefined;
    }
    const fields = argumentsOf(token);
    const plain = normalised(args, fields);
    const failures = shapeFailures(plain, fields);
    if (failures.length > 0) {
        refuse(failures.map(({ property, reason }) => `${property}: ${reason}`).join("; "));
    }
    return answer(plain, base.in(text(plain, "region") ?? base.region));
}
