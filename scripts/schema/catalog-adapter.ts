import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import { Pool, type QueryConfig } from "pg";

/** PostgreSQL's own type "char", which fills its catalogue, and text, which is read the same way. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/**
 * Prisma's adapter as the schema engine needs it to read PostgreSQL's catalogue: the adapter refuses columns of type
 * "char", and the engine wants them announced as characters.
 */
export class CatalogAdapterFactory extends PrismaPg {
  private readonly pools: Pool[];
  private readonly charColumns: WeakMap<object, number[]>;

  constructor(url: string) {
    const config = { connectionString: url, max: 1, application_name: "livedash-schema" };
    const reader = new Pool(config);
    const charColumns = new WeakMap<object, number[]>();
    const query = async (request: QueryConfig) => {
      const result = await reader.query(request);
      const chars = result.fields.filter((field) => field.dataTypeID === CHAR_OID);
      charColumns.set(
        result.rows,
        chars.map((field) => result.fields.indexOf(field)),
      );
      for (const field of chars) field.dataTypeID = TEXT_OID;
      return result;
    };
    const pool = Object.assign(new Pool(config), { query });
    super(pool);
    this.pools = [pool, reader];
    this.charColumns = charColumns;
  }

  override async connect() {
    const adapter = await super.connect();
    const read = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await read(query);
      for (const index of this.charColumns.get(result.rows) ?? []) {
        result.columnTypes[index] = ColumnTypeEnum.Character;
      }
      return result;
    };
    return adapter;
  }

  /** Closes its connections. */
  async end(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }
}
