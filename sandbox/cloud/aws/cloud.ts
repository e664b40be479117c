import type { CloudObject, JsonProps, Scope, Store } from "../store";
import { lastPart, parseArn } from "../../../toolkit/arn";
import type { Partition } from "./region";
import { partitionOf } from "./region";

/** The sandbox's account. */
export const SANDBOX_ACCOUNT = "111122223333";

/** The role of the principal that runs a program in the sandbox, in each account. */
export const SANDBOX_ROLE = "keyless-sandbox";

export function callerArn(cloud: Cloud): string {
    return cloud.arn("iam", `role/${SANDBOX_ROLE}`, { region: "" });
}

/** The account of objects that join two accounts. */
const BETWEEN_ACCOUNTS = "between-accounts";

/** The stand-in cloud as one account and region see it: the context of a provider instance. */
export class Cloud {
    readonly partition: Partition;

    constructor(
        readonly store: Store,
        readonly region: string,
        readonly account: string = SANDBOX_ACCOUNT,
        /** The provider's `defaultTags`, added to every taggable resource. */
        readonly defaultTags: Readonly<Record<string, string>> = {},
    ) {
        this.partition = partitionOf(region);
    }

    /** The same account in another region. */
    in(region: string): Cloud {
        return region === this.region ? this : new Cloud(this.store, region, this.account, this.defaultTags);
    }

    /**
     * The place of an object of this type: IAM and similar services have no region; an object that joins two regions
     * belongs to neither, and a peering, which can join two accounts, belongs to neither account.
     */
    home(type: string): { region: string; account: string } {
        const peering = type.endsWith(":VpcPeeringConnection");
        const global = peering || /^aws:(iam|organizations|s3)\/|:GlobalCluster$/.test(type);
        return {
            region: global ? `${this.partition.id}-global` : this.region,
            account: peering ? BETWEEN_ACCOUNTS : this.account,
        };
    }

    find(type: string, id: string): CloudObject | undefined {
        return this.store.get(type, id, this.home(type));
    }

    /** The outputs of an object; empty if it does not exist. */
    state(type: string, id: string | undefined): JsonProps {
        return (id === undefined ? undefined : this.find(type, id))?.state ?? {};
    }

    all(type: string): CloudObject[] {
        return this.store.list(type, this.home(type));
    }

    forget(type: string, id: string): void {
        this.store.remove(type, id, this.home(type));
    }

    /** The object with this id, name or ARN; an ARN can refer to another region or account. */
    locate(type: string, value: string): CloudObject | undefined {
        const arn = parseArn(value);
        if (arn === undefined) {
            return this.find(type, value);
        }
        const home = this.home(type);
        const place: Scope = {
            region: arn.region === "" ? home.region : arn.region,
            account: arn.account === "" ? home.account : arn.account,
        };
        const object = this.store.get(type, value, place) ?? this.store.get(type, lastPart(arn.resource), place);
        return object?.state["arn"] === value ? object : undefined;
    }

    /** An ARN in this account and region; `region: ""` for services without one. */
    arn(service: string, resource: string, { region = this.region, account = this.account } = {}): string {
        return `arn:${this.partition.id}:${service}:${region}:${account}:${resource}`;
    }
}
