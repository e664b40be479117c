import type { Props } from "../../protocol/types";
import type { Cloud } from "../cloud";

/** Answers a data source from its (checked) arguments and the existing objects. */
export type DataSource = (args: Props, cloud: Cloud) => Props;
