/** Numbers that look random and are the same in every run. */
function dice(seed: number): <Item>(items: readonly [Item, ...Item[]]) => Item {
  let state = seed;
  return (items) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return items[Math.floor((state / 2 ** 32) * items.length)] ?? items[0];
  };
}

/** Expressions whose words, quotes and brackets look like the end of something. */
const expressions = [
  ...[
    'a + 1 > 2',
    "(case when a = 1 then 'x;' else 'end if;' end) = b",
    "'it''s; then' <> b",
    'e[a + 1] = 2',
    "$q$ loop ' $q$ = b",
  ],
  ...[
    'exists (select from t where x in (select 1))',
    '(/* ; then */ a) = 1',
    '-- loop;\n a = 1',
    'f.end_x is null',
    '"if" is null',
  ],
  ...[
    "E'\\'; end' = b",
    'row(a, b) = row(1, null)',
    'a between (case a when 1 then 1 else 2 end) and 3',
    "'ä; ü' = b",
    'a = any (e[1:2])',
  ],
] as const;
const simple = [
  ...[
    'null;',
    'a := (select count(*) from t);',
    'e[a] := 2;',
    "perform f(';', a);",
    'select 1, 2 into strict a, b from t;',
    'return;',
  ],
  ...[
    "raise exception 'x % %', a, b using errcode = 'P0001', column = 'end';",
    'get diagnostics a = row_count;',
    'values (1) into a;',
  ],
  ...[
    "execute 'select $1; end' using a into b;",
    "execute format('drop table %I', b);",
    'insert into t (a) values (1) returning a into a;',
  ],
  ...[
    'with q as (select 1 as x) delete from t using q where t.a = q.x;',
    'update t set a = case when b then 1 end where a = 2;',
  ],
  ...[
    'open c for select 1;',
    'fetch next from c into a;',
    'close c;',
    "assert a = 1, 'no;';",
    'call p(a, b);',
    'lock table t in share mode;',
  ],
  ...[
    "comment on table t is 'end;';",
    'create temporary table z on commit drop as select 1 as loop;',
    'set local x = 1;',
  ],
] as const;

/** A DO block of PL/pgSQL that PostgreSQL can read, nested up to three levels deep. */
export function generatedBlock(seed: number): string {
  const one = dice(seed);
  const is = (): string => one(expressions);
  const some = (depth: number): string =>
    Array.from({ length: one([1, 2, 3]) }, () => statement(depth)).join(
      one([' ', '\n', '\n  -- then;\n', ' /* end; */ ']),
    );
  const nested: readonly [(depth: number) => string, ...((depth: number) => string)[]] = [
    (depth) => `if ${is()} then ${some(depth)} elsif ${is()} then ${some(depth)} else ${some(depth)} end if;`,
    (depth) => `case a when 1, 2 then ${some(depth)} when a + 3 then ${some(depth)} else ${some(depth)} end case;`,
    (depth) => `case when ${is()} then ${some(depth)} end case;`,
    (depth) => `for i in ${one(['', 'reverse '])}1..a${one(['', ' by 2'])} loop ${some(depth)} end loop;`,
    (depth) => `for r in select x as then_x from t where ${is()} loop ${some(depth)} end loop;`,
    (depth) => `for r in execute 'select 1; loop' using a loop ${some(depth)} end loop;`,
    (depth) => `<<l${depth}>> while ${is()} loop ${some(depth)} exit l${depth} when ${is()}; end loop l${depth};`,
    (depth) => `foreach a in array e loop ${some(depth)} continue when ${is()}; end loop;`,
    (depth) => `begin ${some(depth)} exception when others then ${some(depth)} when sqlstate '22012' then raise; end;`,
    (depth) => `declare k int := 1; begin ${some(depth)} end;`,
  ];
  const statement = (depth: number): string =>
    depth === 0 || one([true, false]) ? one(simple) : one(nested)(depth - 1);
  return `do $x$\ndeclare\n  a int := 1; b text = 'x;'; e int[]; r record; f record; c refcursor;\nbegin\n${some(3)}\n${some(3)}\nend $x$;`;
}
