import { useQueryClient } from '@tanstack/react-query';
import { api } from '../data/api.js';
import { stopLive } from '../data/live.js';
import { useSession } from '../data/session.js';
import { shown } from '../text/shown.js';

/** Who is signed in, where, and the way out. */
export function SignedIn() {
  const session = useSession();
  const queries = useQueryClient();
  const signOut = async () => {
    await api.DELETE('/v1/session');
    stopLive();
    // Nothing of what was read stays in the page for whoever comes next.
    queries.clear();
    location.assign('/');
  };
  return (
    <div className="signed-in small">
      <div>
        <span className="muted">Signed in as </span>
        <strong>{shown(session.principal, 60)}</strong>
      </div>
      {/* What is done here is done in the principal's name; what the key or the person is called beside it tells two sessions apart. */}
      {session.name === session.principal ? null : (
        <div className="muted">
          {session.kind === 'api_key' ? 'by the key ' : ''}
          {shown(session.name, 60)}
        </div>
      )}
      <div className="muted">environment {shown(session.environment, 60)}</div>
      <button type="button" className="plain" onClick={() => void signOut()}>
        Sign out
      </button>
    </div>
  );
}
