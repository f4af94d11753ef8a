/** A function that computes each text's answer once: the shared blocks of a package stand in every file of it. */
export function onceForEachText<Answer>(compute: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = compute(text);
    answers.set(text, answer);
    return answer;
  };
}

/** A function that computes each object's answer once, for as long as the object lives. */
export function onceForEach<Subject extends object, Answer>(
  compute: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, Answer>();
  return (subject) => {
    const known = answers.get(subject);
    if (known !== undefined) return known;
    const answer = compute(subject);
    answers.set(subject, answer);
    return answer;
  };
}
