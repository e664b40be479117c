import type { CloudObject, Scope } from "../../../../sandbox/cloud/store";
import { Store } from "../../../../sandbox/cloud/store";
import { awsStandIn } from "../../../../sandbox/providers/aws/provider";
import type { Props } from "../../../../sandbox/cloud/props";
import type { Context, Created, Kind, StandIn } from "../../../../sandbox/providers/protocol/types";
import { ProviderError } from "../../../../sandbox/providers/protocol/types";

/** A store without a disk: hundreds of cases start with a copy of the same world. */
export class MemoryStore extends Store {
    constructor(private readonly objects = new Map<string, CloudObject>()) {
        super("");
    }

    override list(type: string, place: Scope = {}): CloudObject[] {
        const here = ({ region, account }: CloudObject): boolean =>
            (place.region ?? region) === region && (place.account ?? account) === account;
        return [...this.objects.values()].filter((object) => object.type === type && here(object));
    }

    override get(type: string, id: string, place?: Scope): CloudObject | undefined {
        return this.list(type, place).find((object) => object.id === id);
    }

    override put(object: CloudObject): void {
        this.objects.set(keyOf(object), JSON.parse(JSON.stringify(object)) as CloudObject);
    }

    override add(object: CloudObject): boolean {
        const isNew = !this.objects.has(keyOf(object));
        if (isNew) {
            this.put(object);
        }
        return isNew;
    }

    override remove(type: string, id: string, place?: Scope): void {
        for (const object of this.list(type, place).filter((each) => each.id === id)) {
            this.objects.delete(keyOf(object));
        }
    }

    /** All objects, of all types. */
    everything(): CloudObject[] {
        return [...this.objects.values()];
    }

    copy(): MemoryStore {
        return new MemoryStore(new Map(this.objects));
    }
}

function keyOf({ type, account, region, id }: CloudObject): string {
    return [type, account, region, id].join(" ");
}

/** A stand-in with its own store, called as the engine calls it: Check, then Create, and so on. */
export class Stage {
    private constructor(
        readonly store: MemoryStore,
        readonly provider: StandIn,
    ) {}

    static async open(config: Props = { region: "eu-central-1" }, store = new MemoryStore()): Promise<Stage> {
        const provider = awsStandIn(store);
        await provider.configure(config);
        return new Stage(store, provider);
    }

    /** Another stage with the same objects. */
    copy(config?: Props): Promise<Stage> {
        return Stage.open(config, this.store.copy());
    }

    /** Another provider instance over the same store. */
    beside(config: Props): Promise<Stage> {
        return Stage.open(config, this.store);
    }

    kind(type: string): Kind {
        const kind = this.provider.kind(type);
        if (kind === undefined) {
            throw new Error(`no such type: ${type}`);
        }
        return kind;
    }

    /** The program's arguments, after Check; throws all failures. */
    async checked(type: string, inputs: Props, olds?: Props, name = "x"): Promise<Props> {
        const checked = await this.kind(type).check(inputs, olds, context(type, name));
        if (checked.failures.length > 0) {
            throw new ProviderError(
                checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"),
            );
        }
        return checked.inputs;
    }

    async create(type: string, inputs: Props, name = "x"): Promise<Created & { inputs: Props }> {
        const checked = await this.checked(type, inputs, undefined, name);
        return { ...(await this.kind(type).create(checked, context(type, name), false)), inputs: checked };
    }

    async preview(type: string, inputs: Props): Promise<Created> {
        return this.kind(type).create(await this.checked(type, inputs), context(type, "x"), true);
    }

    /** The result of a change of arguments; replacements are not created. */
    async change(
        type: string,
        old: Created & { inputs: Props },
        news: Props,
    ): Promise<{ changed: string[]; replace: string[]; state: Props }> {
        const inputs = await this.checked(type, news, old.inputs);
        const { changed, replace } = await this.kind(type).diff(old.id, old.state, old.inputs, inputs);
        const state =
            changed.length === 0 || replace.length > 0
                ? old.state
                : await this.kind(type).update(old.id, old.state, inputs, context(type, "x"), false);
        return { changed: [...changed], replace: [...replace], state };
    }

    /** What a preview says of a change in place. */
    async previewChange(type: string, old: Created & { inputs: Props }, news: Props): Promise<Props> {
        const inputs = await this.checked(type, news, old.inputs);
        return this.kind(type).update(old.id, old.state, inputs, context(type, "x"), true);
    }

    async remove(type: string, { id, state }: Created): Promise<void> {
        await this.kind(type).delete(id, state, context(type, "x"));
    }
}

/** The message of a promise's rejection. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
    } catch (error) {
        if (error instanceof ProviderError) {
            return error.message;
        }
        throw error;
    }
    return "nothing was refused";
}

export function context(type: string, name: string): Context {
    return {
        urn: `urn:pulumi:test::test::${type}::${name}`,
        name,
        type,
        randomSeed: new TextEncoder().encode(`${type} ${name}`),
    };
}
