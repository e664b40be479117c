import type { CloudObject, JsonProps, Place, Store } from "../../cloud/store";
import { lastPart, parseArn } from "./arn";
import type { Partition } from "./region";
import { partitionOf } from "./region";

/** The account that the sandbox plays. */
export const SANDBOX_ACCOUNT = "111122223333";

/** Stands where an account's number would. */
const BETWEEN_ACCOUNTS = "between-accounts";

/** The stand-in cloud, seen from one account and one region: what a provider instance works with. */
export class Cloud {
    readonly partition: Partition;

    constructor(
        readonly store: Store,
        readonly region: string,
        readonly account: string = SANDBOX_ACCOUNT,
        /** What the provider's `defaultTags` adds to everything that can be tagged. */
        readonly defaultTags: Readonly<Record<string, string>> = {},
    ) {
        this.partition = partitionOf(region);
    }

    /** The same account seen from another region. */
    in(region: string): Cloud {
        return region === this.region ? this : new Cloud(this.store, region, this.account, this.defaultTags);
    }

    /**
     * Where an object of this type lives: IAM and its like have no region; what joins two regions is in none of them, and a
     * peering, which may join two accounts, is in none of those either.
     */
    home(type: string): { region: string; account: string } {
        const peering = type.endsWith(":VpcPeeringConnection");
        const global = peering || /^aws:(iam|organizations|s3)\/|:GlobalCluster$/.test(type);
        return { region: global ? `${this.partition.id}-global` : this.region, account: peering ? BETWEEN_ACCOUNTS : this.account };
    }

    find(type: string, id: string): CloudObject | undefined {
        return this.store.get(type, id, this.home(type));
    }

    /** The outputs of an object; empty if there is none. */
    state(type: string, id: string | undefined): JsonProps {
        return (id === undefined ? undefined : this.find(type, id))?.state ?? {};
    }

    all(type: string): CloudObject[] {
        return this.store.list(type, this.home(type));
    }

    forget(type: string, id: string): void {
        this.store.remove(type, id, this.home(type));
    }

    /** The object that an id, a name or an ARN stands for; an ARN may point to another region or account. */
    locate(type: string, value: string): CloudObject | undefined {
        const arn = parseArn(value);
        if (arn === undefined) {
            return this.find(type, value);
        }
        const home = this.home(type);
        const place: Place = {
            region: arn.region === "" ? home.region : arn.region,
            account: arn.account === "" ? home.account : arn.account,
        };
        const object = this.store.get(type, value, place) ?? this.store.get(type, lastPart(arn.resource), place);
        return object?.state["arn"] === value ? object : undefined;
    }

    /** An ARN of this account and region; `region: ""` for what has none. */
    arn(service: string, resource: string, { region = this.region, account = this.account } = {}): string {
        return `arn:${this.partition.id}:${service}:${region}:${account}:${resource}`;
    }
}
