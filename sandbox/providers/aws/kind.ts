import type { CloudObject, JsonProps } from "../../cloud/store";
import type { Props } from "../../cloud/props";
import type { Context, Created, Current, Difference, Kind } from "../protocol/types";
import { ProviderError } from "../protocol/types";
import { check, namingOf } from "./check";
import type { Cloud } from "../../cloud/aws/cloud";
import type { Declaration, Live, Self } from "./declaring/declaration";
import { refuse } from "./declaring/declaration";
import { hex, lateName } from "./declaring/naming";
import { lasting } from "./declaring/inProgress";
import { heldBack, keepPending, pendingOf } from "./pending";
import type { Catalogue } from "./references";
import { createImplicitObjects, difference, effective, inputsFrom, json, planned, selfOf, stateOf } from "./state";
import { given, same, text } from "../../cloud/aws/values";

/** Turns a declaration into the functions that the engine calls; `base` returns the configured provider's cloud. */
export function kindOf(declaration: Declaration, catalogue: Catalogue, base: () => Cloud): Kind {
    return new DeclaredKind(declaration, catalogue, base);
}

class DeclaredKind implements Kind {
    constructor(
        private readonly declaration: Declaration,
        private readonly catalogue: Catalogue,
        private readonly base: () => Cloud,
    ) {}

    async check(news: Props, olds: Props | undefined, context: Context) {
        return check(this.declaration, this.catalogue, this.base(), news, olds, context);
    }

    async diff(id: string, state: Props, olds: Props, news: Props): Promise<Difference> {
        const cloud = this.at(news);
        const waiting = Object.keys(pendingOf(this.declaration.type, id, cloud));
        return difference(this.declaration, state, olds, news, cloud, waiting);
    }

    async create(news: Props, _context: Context, preview: boolean): Promise<Created> {
        const { declaration } = this;
        const cloud = this.at(news);
        if (preview) {
            return { id: "", state: planned(declaration, news, cloud) };
        }
        const inputs = this.lateNamed(news);
        return lasting(declaration.lasting?.({ inputs, cloud }), () => {
            this.allow({ id: undefined, inputs, cloud }, undefined);
            return this.make(news, inputs, cloud, declaration.overwrites === true);
        });
    }

    /** Whatever is in the way may be deleted in the same update. */
    async foresee(news: Props): Promise<Created> {
        return this.make(news, this.lateNamed(news), this.at(news), true);
    }

    private make(news: Props, inputs: Props, cloud: Cloud, overwrites: boolean): Created {
        const { declaration } = this;
        const id =
            typeof declaration.id === "string" ? `${declaration.id}-0${hex(16)}` : declaration.id({ inputs, cloud });
        const self = selfOf(id, inputs, cloud, {});
        const state = stateOf(declaration, self);
        const object = this.object(id, news, state, cloud);
        if (overwrites) {
            cloud.store.put(object);
        } else if (!cloud.store.add(object)) {
            refuse(declaration.exists?.({ inputs, cloud }) ?? `ResourceExistsException: ${id} already exists`);
        }
        this.settle({ ...self, inputs: state });
        return { id, state };
    }

    async update(id: string, state: Props, news: Props, _context: Context, preview: boolean): Promise<Props> {
        const { declaration } = this;
        const cloud = this.at(news);
        if (preview) {
            return planned(declaration, news, cloud, state);
        }
        return lasting(declaration.lasting?.({ inputs: news, cloud }), () => this.change(id, state, news, cloud));
    }

    private change(id: string, state: Props, news: Props, cloud: Cloud): Props {
        const { declaration } = this;
        const object = this.find(id, state) ?? refuse(declaration.missing(id));
        const inputs = effective(declaration, news, object.state);
        this.allow({ id, inputs, cloud, known: state }, object.state);
        const waiting = pendingOf(declaration.type, id, cloud);
        const held = heldBack(declaration, inputs, { known: state, before: object.state, waiting });
        const waits = (name: string) => held.includes(name);
        keepPending(declaration.type, id, pick(inputs, waits), cloud);
        // The provider shows a version that waits as if it were there.
        const unchanged = pick(object.state, (name) => waits(name) && name !== "engineVersion");
        const self = selfOf(id, { ...inputs, ...unchanged }, cloud, object.state, { known: state, held });
        const changed = stateOf(declaration, self);
        cloud.store.put(this.object(id, news, changed, cloud));
        this.settle({ ...self, inputs: changed });
        return changed;
    }

    async read(id: string, state: Props): Promise<Current | undefined> {
        const { declaration, catalogue } = this;
        const object = this.find(id, state);
        if (object === undefined || catalogue.orphaned(declaration, object, this.at(state))) {
            this.at(state).forget(declaration.type, id);
            return undefined;
        }
        return { id, state: object.state, inputs: inputsFrom(declaration, object) };
    }

    async delete(id: string, state: Props): Promise<void> {
        const change = this.declaration.lasting?.({ inputs: state, cloud: this.at(state) });
        return lasting(change, () => this.remove(id, state));
    }

    private remove(id: string, state: Props): void {
        const { declaration } = this;
        const { type } = declaration;
        const cloud = this.at(state);
        const object = this.find(id, state);
        // A replacement may have taken over the id: the engine then deletes the old resource, which is already gone.
        if (object === undefined || (given(state, "arn") && !same(state["arn"], object.state["arn"]))) {
            return;
        }
        const self = selfOf(id, { ...state, ...object.state }, cloud, object.state, { known: state });
        const kept = declaration.deletionProtection?.(self);
        if (kept !== undefined) {
            refuse(kept);
        }
        const companions = declaration.implicitObjects?.(self) ?? [];
        const together = new Set(companions.map((companion) => companion.id));
        const holder = this.catalogue.holderOf(type, id, cloud, together);
        if (holder !== undefined) {
            refuse(declaration.inUse?.(id, holder) ?? `DependencyViolation: resource ${id} has a dependent object`);
        }
        cloud.forget(type, id);
        for (const gone of companions) {
            if (
                declaration.leavesUsed !== true ||
                this.catalogue.holderOf(gone.type, gone.id, cloud, together) === undefined
            ) {
                cloud.forget(gone.type, gone.id);
            }
        }
        keepPending(type, id, {}, cloud);
        declaration.effects?.gone?.(self);
    }

    /** Creates the implicit objects and applies the side effects. */
    private settle(self: Self): void {
        createImplicitObjects(this.declaration, self);
        this.declaration.effects?.made?.(self);
    }

    /** The cloud in the resource's region, else in the provider's. */
    private at(props: Props): Cloud {
        const cloud = this.base();
        return cloud.in(text(props, "region") ?? cloud.region);
    }

    private find(id: string, state: Props): CloudObject | undefined {
        return this.at(state).find(this.declaration.type, id);
    }

    private object(id: string, inputs: Props, state: JsonProps, cloud: Cloud): CloudObject {
        const { type } = this.declaration;
        return { type, id, ...cloud.home(type), inputs: json(inputs), state };
    }

    /** The arguments with a name if only the provider can generate one. */
    private lateNamed(inputs: Props): Props {
        const how = namingOf(this.declaration);
        if (how === undefined || given(inputs, how.property)) {
            return inputs;
        }
        return { ...inputs, [how.property]: lateName(text(inputs, `${how.property}Prefix`) ?? how.prefix) };
    }

    /** Throws AWS' errors for a request that it would refuse. */
    private allow(self: Parameters<Live>[0], before: Props | undefined): void {
        const { declaration } = this;
        const { inputs, cloud } = self;
        const broken = this.catalogue.broken(declaration, inputs, before, cloud).map(({ reason }) => reason);
        const conflicts =
            broken.length > 0
                ? []
                : (declaration.conflicts ?? []).map((rule) => rule(self)).filter((reason) => reason !== undefined);
        if (broken.length + conflicts.length > 0) {
            throw new ProviderError([...broken, ...conflicts].join("; "));
        }
    }
}

function pick(props: Props, wanted: (name: string) => boolean): Props {
    return Object.fromEntries(Object.entries(props).filter(([name]) => wanted(name)));
}
