import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorState, Loading, Page } from '../components/index.js';
import { api, unwrap } from '../data/api.js';
import { sessionQuery } from '../data/session.js';
import { shown } from '../text/shown.js';
import './sign-in.css';

/** Only ever a page of this origin: what stands in the address bar is somebody else's text too. */
const returnTo = (): string => `${location.pathname}${location.search}`;

/** The ways in that this console offers. */
export function SignIn() {
  const methods = useQuery({
    queryKey: ['sign-in'],
    queryFn: async ({ signal }) => unwrap(await api.GET('/v1/sign-in', { signal })),
  });
  return (
    <main className="sign-in">
      <Page title="Sign in" heading="MarketOps">
        {methods.isPending ? <Loading what="the ways to sign in" /> : null}
        {methods.isError ? (
          <ErrorState
            title="The console could not say how to sign in"
            error={methods.error}
            retry={() => void methods.refetch()}
          />
        ) : null}
        {methods.data === undefined ? null : (
          <>
            <p className="muted">{shown(methods.data.environment, 80)}</p>
            {methods.data.methods.map((method) =>
              method.kind === 'oidc' ? (
                <a
                  key={method.url}
                  className="button primary"
                  href={`${method.url}?return_to=${encodeURIComponent(returnTo())}`}
                >
                  Sign in with {shown(method.name, 60)}
                </a>
              ) : (
                <KeyForm key={method.kind} />
              ),
            )}
          </>
        )}
      </Page>
    </main>
  );
}

function KeyForm() {
  const queries = useQueryClient();
  const [key, setKey] = useState('');
  const signIn = useMutation({
    mutationFn: async () => unwrap(await api.POST('/v1/session', { body: { api_key: key.trim() } })),
    onSuccess: (session) => {
      setKey('');
      queries.setQueryData(sessionQuery.queryKey, session);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== '') signIn.mutate();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <label className="stack">
        API key
        <input
          type="password"
          name="api_key"
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <button type="submit" className="primary" disabled={signIn.isPending}>
        Sign in
      </button>
      <p className="muted small">
        The key is sent once, over this connection, for a session cookie; it is not kept. An administrator
        makes one under Operations, or with: marketops api-key add
      </p>
      {signIn.isError ? <ErrorState title="You are not signed in" error={signIn.error} /> : null}
    </form>
  );
}
